"""The cues of goal kinds: beginnings of words, in the encoder's sixteen languages; a blank within a cue is written `_`.

`TOLD` cues say on which side someone stands, wherever they write it. `BOXED` cues are used by both sides; a pair of kinds says
what they mean among seeks and among offers. Chinese, Japanese, Korean and Thai cues are found anywhere in a text.
"""

from matchmaker.model.goal import GoalKind as K

TOLD: dict[K, str] = {
    K.HIRE:
    "hiring recruiting recruit_ vacanc we_are_hiring wir_stellen_ein stellen_ein einstell stelle_frei verstärkung "
    "recrut embauch on_recrute contratamos contratar vacante incorporamos assumiamo assumere vaga_ vagas contrata-se "
    "contratando vacature wij_werven gevraagd gezocht: zatrudni zatrudnimy poszukujemy_pracow işe_al eleman_ar "
    "personel_ar ищем_сотр нанима вакансия вакансии требуется 招聘 诚聘 誠徵 徵才 採用 求人 募集中 채용 모집 구인 "
    "รับสมัคร نوظف توظيف نبحث_عن_موظف apprentices_wanted apprentice_wanted staff_wanted join_our_team trainees_wanted",
    K.BE_HIRED:
    "hire_me my_cv available_for_work looking_for_work looking_for_a_job looking_for_a_role job_wanted first_job "
    "want_a_job seeking_a_position seeking_work work_wanted job_hunting made_redundant redundant notice_period "
    "between_jobs graduate_role a_placement a_permanent suche_stelle suche_arbeit arbeitssuch suche_festanstellung "
    "festanstellung wechselwillig suche_job suche_neue_stelle cherche_poste cherche_emploi cherche_un_poste "
    "cherche_un_emploi cherche_travail dispo_ disponible_tout busco_trabajo busco_empleo busco_puesto cerco_lavoro "
    "cerco_posto cerco_impiego procuro_emprego procuro_trabalho busco_vaga procuro_vaga zoek_werk zoek_baan "
    "zoekt_werk zoek_een_baan szukam_pracy iş_arıyor ищу_работу ищу_место 求职 求職 找工作 仕事を探 転職 就職 구직 "
    "취업 일자리 หางาน أبحث_عن_عمل ابحث_عن_عمل أبحث_عن_وظيفة",
    K.BUY:
    "to_buy wanting_to_buy want_to_buy wanted: we_buy i_buy buying purchas acquire_ procure kaufen gesucht ankauf "
    "zu_kaufen acheter achète rachat comprar compro queremos_comprar acquistare compro_ comprare kopen "
    "te_koop_gevraagd tweedehands_gezocht kupię kupimy kupić satın_al almak_ist куплю закуп купить 求购 求購 采购 "
    "採購 購入 買いたい 구매 구입 ซื้อ شراء نشتري",
    K.SELL:
    "for_sale selling we_sell i_sell sell_to want_customers new_customers more_customers first_customer "
    "first_customers pilot_customers find_customers find_clients zu_verkaufen verkauf kunden_ neukunden à_vendre "
    "vendre vends clients_pour se_vende vender vendemos clientes vendo_ vendere clienti vende-se vendo clientes_ "
    "te_koop verkopen klanten sprzeda klient satılık satıyor müşteri продам продаём продаем клиент 出售 销售 客户 "
    "客戶 販売 取引先 顧客 판매 고객 거래처 ขาย ลูกค้า للبيع نبيع عملاء زبائن",
    K.RAISE:
    "raising_capital we_raise raising series_a series_b pre-seed seed_round seed_funding seed_money seed: "
    "looking_for_investors need_investors kapitalsuche suchen_investor suche_investor finanzierungsrunde "
    "levée_de_fonds levons cherche_investisseur buscamos_inver ronda_ levantar cerchiamo_inv cerchiamo_finanz "
    "raccolta_fondi captar captando rodada investeerder_gezocht zoeken_investeerders financieringsronde "
    "szukamy_inwest szukam_inwest runda yatırımcı_ar ищем_инвест привлека 融资 融資 寻求投资 尋求投資 資金調達 出資者 "
    "투자_유치 투자유치 ระดมทุน نبحث_عن_مستثمر تمويل_لـ grants_for funding_for bid_writer bridge_loan",
    K.INVEST:
    "invest_in we_invest i_invest to_invest angel_investor business_angel i_back_ we_back we_fund i_fund cheques "
    "family_office venture_fund seed_fund investiere investieren wir_finanzieren beteilig investis investir "
    "invertimos invertir invierto inversora investo_ investiamo investire investimos invisto investeer investeren "
    "inwestuj zainwest yatırım_yap инвестирую инвестируем вложу 投资于 天使投资 投資家 出資し 投資したい 투자합니다 "
    "투자하고 ลงทุนใน استثمر أستثمر نستثمر asset_loans i_put_£ i_put_€",
    K.FIND_MENTOR:
    "find_a_mentor need_a_mentor want_a_mentor would_like_a_mentor looking_for_a_mentor a_mentor_who someone_to_guide "
    "who_can_guide can_guide_me guide_me someone_ahead_of_me mentor:in_gesucht suche_mentor mentor_gesucht "
    "cherche_mentor cherche_un_mentor cherche_une_mentore un_parrain busco_mentor busco_un_mentor busco_una_mentor "
    "cerco_mentor cerco_un_mentor vorrei_un_mentor procuro_mentor busco_mentoria zoek_mentor zoekt_mentor "
    "zoek_een_mentor szukam_mentor ищу_наставник ищу_ментор 求导师 找导师 找導師 尋找導師 メンターを探 "
    "メンターになって 멘토를_찾 멘토_찾 หาพี่เลี้ยง أبحث_عن_مرشد أبحث_عن_موجه",
    K.MENTOR:
    "i_mentor to_mentor happy_to_mentor can_mentor would_mentor mentoring_for bring_on_a_ under_my_wing "
    "biete_mentoring als_mentor begleite_ j'accompagne parrainer doy_mentor puedo_orientar faccio_da_mentor "
    "posso_fare_da_mentor dou_mentoria topa_orientar ik_begeleid begeleiden zostanę_mentor weźmie_pod_opiekę "
    "mentorluk_yap возьму_под_опеку стану_наставн готов_быть_наставн 愿意指导 願意指導 メンターをし 멘토링해 "
    "멘토가_되 เป็นพี่เลี้ยง أرشد أوجه",
    K.TEACH:
    "i_teach we_teach to_teach can_teach i_train we_train i_explain i_run_workshops run_workshops run_a_workshop "
    "would_teach unterrichte ich_lehre gebe_kurs biete_kurs biete_schulung bringe_bei schule_ j'enseigne j'anime "
    "je_forme donne_des_cours imparto enseño doy_clases doy_curso insegno tengo_corsi tengo_un_corso ensino dou_aulas "
    "dou_curso ik_geef_les geef_cursus geeft_cursus geef_les geeft_les uczę_ prowadzę_szkol poprowadz ders_veri "
    "öğretirim eğitim_veri научу обучаю преподаю веду_курс 我教 授课 授課 教えます 教えられ 講師をし 가르칩니다 "
    "가르쳐_드 สอน أدرّس أعلّم ندرب",
    K.LEARN:
    "how_do how_to how_did how_are how_should what_do_you learn_ to_understand what_works what_worked tips_on "
    "explain_to_me show_me teach_me where_do_i wie_macht wie_geht wie_habt wie_bekomm lernen wer_kann_mir_erklären "
    "comment_ apprendre qui_peut_m'expliquer cómo_ aprender come_si come_ imparare como_ aprender_ hoe_ leren_ jak_ "
    "nauczyć nasıl öğrenmek как_ научиться 如何 怎么 怎麼 学习 學習 どう 方法を知 学びたい 어떻게 배우고 배우고_싶 "
    "อย่างไร เรียนรู้ ยังไง كيف أتعلم تعلم",
    K.SPEAK:
    "keynote speaker panellist panelist to_speak_at give_a_talk a_talk_on talk_on panel_on referent vortrag redner "
    "oratrice orateur intervenant conférenci ponente ponencia charla_ conferencia relatore relatrice intervento_al "
    "orador palestra palestrante spreker lezing prelegent prelekcj wystąpi konuşmacı spiker доклад спикер выступ "
    "лектор 演讲 演講 讲者 講者 登壇 講演 スピーカー 연사 강연 วิทยากร บรรยาย متحدث محاضر guest_lecture",
    K.PEER_SUPPORT:
    "same_boat anyone_been_there been_through others_who_ other_people_who who_also_ also_went peer_group swap_notes "
    "compare_notes sounding_board in_this_boat been_there erfahrungsaustausch austausch_mit gleichgesinnt "
    "ergeht_es_ähnlich échanger_avec d'autres_qui groupe_de_pairs otras_personas_que intercambiar_exper "
    "alguien_que_haya_pasado confronto_con altri_che trocar_experi outras_pessoas_que lotgenot ervaringen_uitwissel "
    "grupa_wsparcia w_podobnej podobnej_sytuacji benzer_durumda dertleş в_такой_же кто_тоже_ 同样经历 同樣經歷 "
    "互相支持 同じ悩み 同じ境遇 같은_처지 비슷한_처지 같은_고민 หัวอกเดียวกัน نفس_التجربة نفس_الوضع",
    K.EXPLORE:
    "curious_ just_curious wondering just_exploring state_of_play explore_ pros_and_cons what_is_it_like no_project "
    "neugierig mal_schauen unverbindlich curieux curieuse envie_de_découvrir curiosidad explorar curios capire_se "
    "curiosos curiosidade nieuwsgierig verkennen rozglądam ciekaw merak любопытно присматриваюсь интересно_узнать "
    "好奇 了解一下 興味があ 気にな 궁금 สนใจอยาก فضول",
    K.PARTNER:
    "partner joint_venture joint_bid team_up link_up collaborat co-found cofound consortium kooperation "
    "zusammenarbeit mitgründ partenaire partenariat collabor cofondat co-fondat socio_ socia_ alianza colabor "
    "consorcio parceir parceria sócio samenwerk compagnon wspóln współprac ortak iş_birliği işbirliği партн сотруднич "
    "合作 合伙 合夥 伙伴 夥伴 提携 協業 パートナー 협력 제휴 파트너 동업 หุ้นส่วน พันธมิตร ร่วมมือ شريك شراكة تعاون "
    "subcontract joint_visits pilot_ to_pilot",
}  # fmt: skip

BOXED: dict[tuple[K, K], str] = {
    (K.FIND_MENTOR, K.MENTOR):
    "mentor mentoring mentee mentorin mentorat mentoría mentoria mentore mentorem mentör наставник ментор 导师 導師 "
    "メンター 멘토 พี่เลี้ยง مرشد",
    (K.LEARN, K.TEACH):
    "advice_on training course workshop lessons tips explain understand coaching tutor beratung kurs schulung seminar "
    "erfahrung_mit formation cours conseils atelier formación curso taller consejos formazione corso consigli "
    "formação aulas oficina cursus opleiding advies szkolen warsztat kurs_ eğitim_ обучен курс совет_ 培训 課程 课程 "
    "研修 講座 교육 강의 อบรม คอร์ส تدريب دورة honest_figures what_we_did first_hand case_study how_a_ how_we_",
    (K.BUY, K.SELL):
    "supplier quote_ second-hand used_ delivery supply price_ lieferant angebot gebraucht fournisseur devis "
    "d'occasion proveedor presupuesto segunda_mano fornitore preventivo usato fornecedor orçamento usado leverancier "
    "offerte tweedehands dostawc wycen używan tedarikçi teklif ikinci_el поставщик б/у 供应商 供應商 二手 報價 报价 "
    "仕入 中古 見積 공급업체 중고 견적 มือสอง ผู้จัดจำหน่าย مورد مستعمل in_stock to_order spare_capacity",
    (K.RAISE, K.INVEST):
    "investor funding capital loan equity seed_ finanzierung kapital kredit wagniskapital investisseur financement "
    "capitaux inversor financiación préstamo investitor finanziamento investidor financiamento investeerder "
    "financiering inwestor finansowan yatırımcı sermaye инвестор финансирован 投资 投資 资金 資金 투자 자금 เงินทุน "
    "นักลงทุน مستثمر تمويل",
    (K.HIRE, K.BE_HIRED):
    "developer engineer nurse nurses technician welder electrician operator driver assistant manager designer "
    "accountant carer chef cook analyst officer entwickler pfleg techniker fachkraft buchhalter mitarbeit développeu "
    "infirmi technicien comptable ingénieur desarrollador enferm técnico contable ingenier sviluppator infermier "
    "tecnico contabil engenheir enfermeir contador ontwikkelaar verpleeg monteur boekhouder programist pielęgniar "
    "księgow inżynier geliştirici hemşire muhasebe mühendis разработчик медсестр бухгалтер инженер 工程师 工程師 护士 "
    "護士 会计 エンジニア 看護師 経理 개발자 간호사 엔지니어 พยาบาล วิศวกร مهندس ممرض محاسب",
    (K.BE_HIRED, K.HIRE):
    "job placement internship apprenticeship graduate career permanent_post permanent_contract work_experience salary "
    "praktikum ausbildungsplatz ausbildung lehrstelle stelle_als job_ stage_ alternance apprentissage emploi_ "
    "prácticas empleo tirocinio apprendistato lavoro estágio emprego stageplek baan_ praktyk praca_ staj iş_ "
    "стажировк работу 实习 實習 工作机会 インターン 就活 인턴 일자리 ฝึกงาน งานประจำ تدريب_عملي وظيفة",
}  # fmt: skip
