// Makes a passkey, or has one sign, then sends the form that the pressed button stands in. Without this file a password does.
"use strict";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

async function made(options) {
  const credential = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: named(options.excludeCredentials),
    },
  });
  return shown(credential, {
    attestationObject: text(credential.response.attestationObject),
    transports: credential.response.getTransports ? credential.response.getTransports() : [],
  });
}

async function signed(options) {
  const credential = await navigator.credentials.get({
    publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: named(options.allowCredentials) },
  });
  const { authenticatorData, signature, userHandle } = credential.response;
  return shown(credential, {
    authenticatorData: text(authenticatorData),
    signature: text(signature),
    userHandle: userHandle ? text(userHandle) : null,
  });
}

function shown(credential, response) {
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: {},
    response: { clientDataJSON: text(credential.response.clientDataJSON), ...response },
  };
}

async function press(event) {
  const button = event.currentTarget;
  const form = button.form;
  const failed = form.querySelector("[data-passkey-failed]");
  event.preventDefault();
  failed.hidden = true;
  try {
    const options = JSON.parse(button.dataset.options);
    const credential = await (button.dataset.passkey === "create" ? made(options) : signed(options));
    form.elements.credential.value = JSON.stringify(credential);
    form.submit();
  } catch {
    failed.hidden = false;
  }
}

if (window.PublicKeyCredential) {
  for (const button of document.querySelectorAll("button[data-passkey]")) {
    button.hidden = false;
    button.addEventListener("click", press);
  }
}
