'''The organiser's pages: rendered here, of use without scripts, behind a sign-in. This is how to write one.

A family of pages is four files. The handlers, `web/organiser/tables.py`:

    """The tables of an event's room."""

    from litestar import Response, get, post
    from litestar.params import FromPath

    from matchmaker.errors import FieldError
    from matchmaker.model.association import Scope
    from matchmaker.store import programmes
    from matchmaker.web.organiser.events import event_of
    from matchmaker.web.organiser.visit import Visit

    @get("/events/{event_id:str}/room", scope=Scope.ATTENDEES_READ)
    async def show_room(visit: Visit, event_id: FromPath[str]) -> Response[str]:
        """The room."""
        event = await event_of(visit, event_id)
        return visit.page("room", event=event, here="room", tables=await programmes.tables(visit.connection, event.id))

    @post("/events/{event_id:str}/room", scope=Scope.EVENTS_WRITE)
    async def change_room(visit: Visit, event_id: FromPath[str]) -> Response[str]:
        """Names the room."""
        event = await event_of(visit, event_id)
        if not visit.form.line("name"):
            return visit.page("room", event=event, here="room", problems=[FieldError("/name", "empty", "")], tables=[])
        ...
        return visit.onward(f"/events/{event.id}/room", said="saved")

    HANDLERS = (show_room, change_room)

and a line for it in `handlers.py`. Every route has a `scope`, which the gate compares with the organiser's role; nothing else
lets anybody in. What decides who can sign in has `fresh=True`, too (`gate.py`). `visit` is all a page needs: the `connection`
in its transaction (one that cannot write, for a GET), `organiser`, `at`, `form` and `files` (sealed and judged already),
`may(scope)` for what is offered, `t` and `language`. An error that is raised rolls the transaction back, and becomes a page.
The navigation shows a page as soon as a handler has its path (`navigation.py`).

The template, `web/templates/organiser/room.html`:

    {% extends "organiser/base.html" %}
    {% import "fields.html" as f %}
    {% block title %}{{ t("organiser.room.title") }}{% endblock %}
    {% block content %}
    <h1>{{ t("organiser.room.title") }}</h1>
    <form method="post" action="/events/{{ event.id }}/room">
    {{ f.sealed(seal) }}
    {{ f.line(t, form, mistakes, "name", t("organiser.room.name"), required=true) }}
    <p class="buttons"><button class="main" type="submit">{{ t("organiser.save") }}</button></p>
    </form>
    {% endblock %}

Every form carries `{{ f.sealed(seal) }}`, or it is refused; htmx sends it by itself (`hx-headers` on the body). A form of a row
with a version carries `<input type="hidden" name="version" …>`; where the store then finds no row of that version, answer
`kept.stale(…)`, as `events.change_details` does. What was sent when a session had ended comes back after the sign-in by itself.
For a part of a page alone, `visit.fragment(name, …)`. A style sheet or script of one's own is a file in `static/`, a line of
`pages.STATIC`, and `{{ static("name") }}` in the block `head`; nothing of either stands in a page itself.

The words, `web/languages/en/organiser_room.toml` and `de/organiser_room.toml`, in a table `[organiser.room]`; what is said after
something was sent is a key of `[organiser.said]`, and what is wrong with a field one of `[mistake]`, in any of the files.

The test signs in with `async with tests.web.organiser.signed_in(app, association_id, clock) as desk`, a browser with
`desk.get(path)` and `desk.press(path, **fields)`; in Chromium with `tests.web.organiser.sign_in_browser(page, address, …)`.
'''
