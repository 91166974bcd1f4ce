"""What other languages plainly say is found, with a doubt; what only looks like it is not."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.code import SEVERITIES
from analysis.mentions import Finder
from analysis.reader import load_reader
from analysis.timeclaims import time_claims
from analysis.tongues import Tongues, tongue
from tests.analysis.world import PARTY, a_post, lantern, rule, utc

CONTEST = lantern()
FINDER = Finder(CONTEST)
TONGUES = Tongues(CONTEST.rival_parties)
CODES = ("fr", "cy", "mi", "es", "ga", "gd", "de", "pt")


def sense(lang, text, **more):
    return TONGUES.sense(FINDER.passage(a_post(text, lang=lang, **more)), tongue(lang))


def found(lang, text, **more):
    """Everything that is said of a text, as a set of words."""
    known = sense(lang, text, **more)
    attacked = {f"attack on {t.target.id}" for t in known.toward if t.attack.score}
    backed = {f"support for {t.target.id}" for t in known.toward if t.endorsement.score}
    asked = {"ask"} if known.vote_ask.score else set()
    stance = {known.stance} - {"asserts"}
    return attacked | backed | asked | stance | set(known.acts)


ATTACK = "attack on green"
PAIRS = [
    # French
    ("fr", ATTACK, "Rowan Green est un vrai menteur.", "Rowan Green n'est pas un menteur."),
    ("fr", ATTACK, "Quelle lâche hypocrite, Rowan est un traître", "Le budget de Rowan est stupide."),
    (
        "fr",
        ATTACK,
        "Rowan Green nous ment depuis mardi",
        "Rowan Green est honnête ; ce qu'on raconte sur lui est un mensonge.",
    ),
    ("fr", ATTACK, "Rowan Green, un tricheur.", "Bob dit que Rowan Green est un tricheur."),
    (
        "fr",
        "demeaning words",
        "Une femme ne peut pas diriger un parti.",
        "Une femme peut diriger un parti.",
    ),
    (
        "fr",
        "demeaning words",
        "Dehors les étrangers !",
        "Les femmes sont à la cuisine, elles préparent le thé pour tous.",
    ),
    (
        "fr",
        "threat",
        "On sait où tu habites, fais attention.",
        "On m'a écrit : on sait où tu habites. J'ai porté plainte.",
    ),
    ("fr", "threat", "Je vais te casser les dents", "Je vais te casser un œuf pour la tarte"),
    (
        "fr",
        "private life",
        "La femme de Rowan Green a demandé le divorce.",
        "Rowan Green propose une loi sur le divorce.",
    ),
    (
        "fr",
        "criticism of the process",
        "Cette élection est truquée du début à la fin.",
        "Cette élection n'est pas truquée.",
    ),
    ("fr", "rival party", "Votez pour le Parti de la Marée", "La marée monte à six heures au port"),
    # Welsh
    ("cy", ATTACK, "Mae Rowan Green yn gelwyddgi.", "Dydy Rowan Green ddim yn gelwyddgi."),
    ("cy", ATTACK, "Twyllwr yw Rowan Green", "Mae cynllun Rowan yn dwp."),
    (
        "cy",
        ATTACK,
        "Mae Rowan yn dweud celwydd wrth bawb",
        "Mae Rowan yn onest; celwydd yw'r stori amdano.",
    ),
    (
        "cy",
        "demeaning words",
        "Dyw menywod ddim yn gallu arwain plaid.",
        "Mae menywod yn gallu arwain plaid.",
    ),
    (
        "cy",
        "demeaning words",
        "Lle merched yw'r gegin.",
        "Mae'r merched yn y gegin yn paratoi te i'r plant.",
    ),
    (
        "cy",
        "threat",
        "Dwi'n gwybod ble wyt ti'n byw.",
        "Dwi'n gwybod ble mae'r orsaf bleidleisio.",
    ),
    (
        "cy",
        "private life",
        "Mae Rowan Green yn cael ysgariad.",
        "Mae Rowan Green yn siarad am ysgariad a'r gyfraith.",
    ),
    (
        "cy",
        "criticism of the process",
        "Mae'r etholiad wedi'i rigio.",
        "Dyw'r etholiad ddim wedi'i rigio.",
    ),
    (
        "cy",
        "rival party",
        "Pleidleisiwch dros y Llanw",
        "Mae'r llanw yn dod i mewn am chwech heno",
    ),
    ("cy", "ask", "Pleidleisiwch dros Rowan Green", "Bydd y pleidleisio yn agor yfory"),
    # Māori
    ("mi", ATTACK, "He kaikōrero teka a Rowan Green.", "Ehara a Rowan Green i te kaikōrero teka."),
    ("mi", ATTACK, "He tino tāhae a Rowan", "He tangata pai a Rowan"),
    ("mi", ATTACK, "Kei te rūpahu a Rowan Green", "Kei te waiata a Rowan Green"),
    ("mi", ATTACK, "Rowan Green, he hauarea koe.", "Rowan Green, he rangatira koe."),
    (
        "mi",
        "demeaning words",
        "Kāore e taea e te wahine te ārahi.",
        "Ka taea e te wahine te ārahi.",
    ),
    (
        "mi",
        "threat",
        "E mōhio ana mātou kei hea tō kāinga",
        "E mōhio ana mātou kei hea te hui",
    ),
    ("mi", "threat", "Me mate a Rowan Green", "Kua mate te kuia o Rowan, aroha mai"),
    (
        "mi",
        "private life",
        "Kua wehe te wahine a Rowan Green.",
        "Kua wehe te waka ki te moana.",
    ),
    ("mi", "criticism of the process", "He tinihanga te pōti", "Kua tīmata te pōti"),
    ("mi", "rival party", "Pōti mō te Tai", "Kua pari te tai"),
    # Spanish
    ("es", ATTACK, "Rowan Green es un mentiroso.", "Rowan Green no es ningún mentiroso."),
    ("es", ATTACK, "Vaya ladrón, Rowan Green es un corrupto", "El plan de Rowan es estúpido."),
    ("es", ATTACK, "Rowan Green nos ha mentido", "Según Bob, Rowan Green es un mentiroso."),
    ("es", ATTACK, "Cobarde, Rowan.", "El ladrón huyó y Rowan Green lo vio."),
    (
        "es",
        "demeaning words",
        "Una mujer no puede dirigir este partido.",
        "Una mujer puede dirigir este partido.",
    ),
    (
        "es",
        "demeaning words",
        "Las mujeres, a la cocina.",
        "Las mujeres están en la cocina del local haciendo café.",
    ),
    ("es", "threat", "Sabemos dónde vives.", "Sabemos dónde se vota."),
    (
        "es",
        "private life",
        "La mujer de Rowan Green ha pedido el divorcio.",
        "La mujer de Rowan Green ha pedido el voto.",
    ),
    (
        "es",
        "criticism of the process",
        "Estas elecciones están amañadas.",
        "Estas elecciones no están amañadas.",
    ),
    ("es", "rival party", "Vota por la Marea", "La marea sube a las seis"),
    # Irish
    ("ga", ATTACK, "Is bréagadóir é Rowan Green.", "Ní bréagadóir é Rowan Green."),
    ("ga", ATTACK, "Tá Rowan Green ag insint bréag", "Tá Rowan Green ag insint scéil"),
    ("ga", ATTACK, "Is cladhaire ceart é Rowan", "Is amadán an té a chreideann an scéal faoi Rowan"),
    (
        "ga",
        "demeaning words",
        "Níl mná in ann a bheith i gceannas.",
        "Tá mná in ann a bheith i gceannas.",
    ),
    (
        "ga",
        "threat",
        "Tá a fhios againn cá gcónaíonn tú.",
        "Tá a fhios againn cá bhfuil an halla.",
    ),
    ("ga", "private life", "Tá Rowan Green ag ól an iomarca.", "Tá Rowan Green ag ól tae."),
    ("ga", "criticism of the process", "Calaois toghcháin atá ann", "Tá an toghchán ar siúl"),
    ("ga", "rival party", "Vótáil don Taoide", "Tá an taoide ag líonadh"),
    # Scottish Gaelic
    (
        "gd",
        ATTACK,
        "'S e breugadair a th' ann an Rowan Green.",
        "Chan e breugadair a th' ann an Rowan Green.",
    ),
    ("gd", ATTACK, "Tha Rowan Green na ghealtair", "Tha Rowan Green na thidsear"),
    ("gd", ATTACK, "Tha Rowan ag innse bhreugan", "Tha Rowan ag innse sgeulachd"),
    (
        "gd",
        "demeaning words",
        "Chan eil boireannaich comasach air stiùireadh.",
        "Tha boireannaich comasach air stiùireadh.",
    ),
    (
        "gd",
        "threat",
        "Tha fios againn càit a bheil thu a' fuireach.",
        "Tha fios againn càit a bheil an talla.",
    ),
    ("gd", "private life", "Tha Rowan Green ag òl cus.", "Tha Rowan Green ag òl tì."),
    ("gd", "criticism of the process", "'S e foill taghaidh a th' ann", "Tha an taghadh ann a-màireach"),
    ("gd", "rival party", "Bhòt airson an tìde", "Tha an tìde a' lìonadh"),
    # German, Portuguese
    ("de", ATTACK, "Rowan Green ist ein Lügner.", "Rowan Green ist kein Lügner."),
    ("de", ATTACK, "Rowan Green ist korrupt", "Der Plan von Rowan Green ist dumm."),
    ("de", "threat", "Wir wissen, wo du wohnst.", "Wir wissen, wo du wählst."),
    ("de", "rival party", "Wählt die Flut", "Die Flut kommt um sechs"),
    ("pt", ATTACK, "Rowan Green é um mentiroso.", "Rowan Green não é um mentiroso."),
    ("pt", ATTACK, "Rowan Green nos traiu", "O plano do Rowan Green é estúpido."),
    ("pt", "threat", "Sabemos onde moras.", "Sabemos onde se vota."),
    ("pt", "rival party", "Votem na Maré", "A maré sobe às seis"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "what", "said", "innocent"), PAIRS)
def test_what_is_plainly_said_is_found_and_what_only_looks_like_it_is_not(
    lang, what, said, innocent
):
    assert what in found(lang, said)
    assert found(lang, innocent) == set()


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("fr", "« Rowan Green est un menteur » : quelle formule indigne de Bob."),
        ("cy", 'Geiriau Bob: "Mae Rowan Green yn gelwyddgi".'),
        ("es", "«Rowan Green es un mentiroso»: así habla Bob."),
    ],
)
def test_an_insult_in_quotation_marks_is_somebody_elses(lang, text):
    assert not any(word.startswith("attack") for word in found(lang, text))


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("fr", "Rowan Green est-il un menteur ?"),
        ("fr", "Est-ce que Rowan Green est un menteur ?"),
        ("cy", "Ydy Rowan Green yn gelwyddgi?"),
        ("es", "¿Rowan Green es un mentiroso?"),
    ],
)
def test_a_question_is_no_attack(lang, text):
    assert found(lang, text) == set()


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("mi", "Kua mate te rangatira, haere atu rā e koro"),
        ("mi", "Kei te mate au i te hiakai, e Rowan"),
        ("cy", "Mae plant Rowan yn hen iawn erbyn hyn, a moron i swper"),
        ("cy", "Hen ddyn caredig yw Rowan Green"),
        ("fr", "Rowan Green est en retard et content de la conférence, con brio"),
        ("fr", "Rowan Green a vu le voleur et l'a arrêté"),
        ("fr", "Rowan Green a dénoncé la fraude électorale"),
        ("fr", "Rowan Green est tout sauf un menteur"),
        ("fr", "Rowan a parlé des femmes qui ne peuvent pas voter mardi"),
        ("fr", "Dire qu'une femme ne peut pas diriger, quelle époque"),
        ("fr", "La Marée demande : votez pour elle"),
        ("cy", "Mae pobl yn dweud bod Rowan yn gelwyddgi"),
        ("cy", "Dylai'r plant fynd adref cyn y storm"),
        ("cy", "Yn ôl Bob, twyllwr yw Rowan"),
        ("mi", "Kei te kōrero a Rowan mō te tāhae i te toa"),
        ("es", "A Rowan Green lo llaman mentiroso"),
        ("es", "Te voy a partir un trozo de tarta"),
        ("es", "Rowan Green va en bus con los constructores"),
    ],
)
def test_words_that_look_like_other_words_trip_nothing(lang, text):
    assert found(lang, text) == set()


ANSWERS = [
    ("fr", "Tout à fait d'accord !", "agrees"),
    ("fr", "Je ne suis pas tout à fait d'accord", "asserts"),
    ("fr", "Tout à fait d'accord, mais restons polis", "asserts"),
    ("fr", "C'est faux.", "condemns"),
    ("cy", "Cytuno'n llwyr", "agrees"),
    ("cy", "Cytuno'n llwyr, ond dim fel hyn", "asserts"),
    ("cy", "Nid yw'n wir.", "condemns"),
    ("mi", "Kei te whakaae ahau", "agrees"),
    ("mi", "Kāore au e whakaae", "condemns"),
    ("es", "Totalmente de acuerdo", "agrees"),
    ("es", "No estoy de acuerdo", "condemns"),
    ("ga", "Aontaím go hiomlán", "agrees"),
    ("ga", "Níl sé sin fíor", "condemns"),
    ("gd", "Tha mi ag aontachadh gu tur", "agrees"),
    ("gd", "Chan eil sin fìor", "condemns"),
    ("de", "Stimme völlig zu", "agrees"),
    ("pt", "Concordo plenamente", "agrees"),
]


@pytest.mark.parametrize(("lang", "text", "stance"), ANSWERS)
def test_plain_agreement_and_plain_objection_are_told_apart(lang, text, stance):
    above = ("@TomosFrith", "Ada Little is a liar.")
    assert sense(lang, text, kind="reply", above=above).stance == stance
    assert sense(lang, text).stance == "asserts"  # there is nothing that it could agree with


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("fr", "Tu es un menteur"),
        ("cy", "Rwyt ti'n gelwyddgi"),
        ("es", "Eres un mentiroso"),
        ("mi", "He kaikōrero teka koe"),
    ],
)
def test_you_is_whoever_is_answered(lang, text):
    answer = {"kind": "reply", "above": ("@RowanGreen", "Bonjour")}
    assert found(lang, text, **answer) == {ATTACK}
    assert found(lang, text) == set()


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("fr", "Votez Ada Little"),
        ("cy", "Pleidleisiwch dros Ada Little"),
        ("mi", "Pōti mō Ada Little"),
        ("es", "Vota por Ada Little"),
        ("ga", "Vótáil d'Ada: vótáil Ada Little"),
        ("gd", "Bhòt airson Ada Little"),
        ("de", "Wählt Ada Little"),
        ("pt", "Votem na Ada Little"),
    ],
)
def test_an_ask_for_a_vote_backs_whom_it_names(lang, text):
    assert found(lang, text) == {"ask", "support for little"}


@pytest.mark.parametrize(
    ("lang", "text"),
    [("fr", "Ne votez pas pour Ada Little"), ("es", "No votes: no vota por Ada Little nadie")],
)
def test_an_ask_not_to_vote_backs_nobody(lang, text):
    assert "support for little" not in found(lang, text)


# -- the whole way -------------------------------------------------------------------------------

INSULTS = [(lang, said) for lang, what, said, _ in PAIRS if what == ATTACK]


@pytest.mark.parametrize(("lang", "text"), INSULTS)
def test_a_flag_by_a_word_list_says_so_and_never_stands_alone(flags, lang, text):
    breach = flags(text, by="@AdaLittleLP", lang=lang)["R01"]
    assert breach.lane == "needs-context"
    assert SEVERITIES.index(breach.severity) <= SEVERITIES.index("S2")
    assert f"{tongue(lang).name} word list" in breach.reason
    for start, end in breach.spans:
        assert text[start:end].strip()


def test_a_threat_by_a_word_list_is_capped_too(flags):
    breach = flags("On sait où tu habites.", by="@lenahale", lang="fr")["R21"]
    assert (breach.lane, breach.severity) == ("needs-context", "S2")


def test_private_life_is_told_with_the_same_doubt():
    contest = lantern(rules=(rule("R22", "private-life", PARTY, "S3"),))
    post = a_post("La femme de Rowan Green a demandé le divorce.", by="@lenahale", lang="fr")
    (breach,) = load_reader(contest).read(post).breaches
    assert (breach.lane, breach.severity) == ("needs-context", "S2")


def test_agreement_with_a_breach_takes_it_over_with_a_doubt(flags):
    above = ("@PriyaVant", "Rowan Green is a liar and a crook.")
    answer = {"by": "@lenahale", "kind": "reply", "above": above, "lang": "cy"}
    breach = flags("Cytuno'n llwyr", **answer)["R29"]
    assert breach.lane == "needs-context"
    assert "Welsh word list" in breach.reason
    assert "R29" not in flags("Nid yw'n wir", **answer)


def test_a_vote_asked_for_in_the_quiet_period_is_seen(flags):
    late = {"by": "@PriyaVant", "at": "2026-11-09T18:00:00", "lang": "fr"}
    assert flags("Votez Ada Little !", **late)["R16"].lane == "needs-context"
    assert "R16" not in flags("Le bureau ouvre demain", **late)


@pytest.mark.parametrize("lang", CODES)
def test_the_same_words_of_each_candidate_weigh_the_same(reader, lang):
    text = next(said for code, said in INSULTS if code == lang)
    told = [
        {(b.rule, b.severity, b.score) for b in reader.read(a_post(text.replace("Rowan Green", name).replace("Rowan", name), by="@NadiaOsei", lang=lang)).breaches}
        | {reader.read(a_post(text.replace("Rowan Green", name).replace("Rowan", name), by="@NadiaOsei", lang=lang)).hostility.score}
        for name in ("Ada Little", "Rowan Green", "Denzil Brown", "Siân Close")
    ]  # fmt: skip
    assert told == [{0.7}] * 4


@pytest.mark.parametrize(
    ("lang", "name"),
    [("fr", "French"), ("cy-GB", "Welsh"), ("mi", "Māori"), ("gd", "Scottish Gaelic")],
)
def test_a_reading_says_by_which_list_it_was_read(read, lang, name):
    reading = read("Zdrastvuj Rowan Green xwq plonk", lang=lang)
    assert reading.readers["language"] == f"{name}, by a word list"


def test_a_language_without_a_list_stays_unread(read):
    reading = read(
        "Rowan Green antwoordt nooit, wat een leugenaar en een lafaard is hij", lang="nl"
    )
    assert reading.readers["language"] == "not read: nl"
    assert reading.hostility.score == 0


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Rowan Green est un menteur", "French"),
        ("Pleidleisiwch dros y Llanw", "Welsh"),
        ("Tha Rowan Green na bhreugadair", "Scottish Gaelic"),
        ("E mōhio ana mātou kei hea tō kāinga", "Māori"),
    ],
)
def test_a_short_post_that_declares_no_language_is_known_by_its_words(read, text, name):
    assert read(text).readers["language"] == f"{name}, by a word list"


ENGLISH = (
    "Rowan Green is a liar and a coward.",
    "Vote Ada Little on Thursday!",
    "Vote Tide.",
    "Rowan idiot",
    "Bravo Ada, sublime",
    "Denzil Brown, hypocrite.",
    "Me? No. Ada.",
    "Kia ora e hoa, the hall is full already",
    "Ada on fire, pure class",
    "Rowan Green a encore du retard",
)


@pytest.mark.parametrize("text", ENGLISH)
def test_english_is_read_exactly_as_by_its_own_readers(reader, monkeypatch, text):
    post = a_post(text, by="@lenahale")
    before = reader.read(post)
    monkeypatch.setattr(Tongues, "unnoticed", lambda *_: None)
    assert reader.read(post) == before
    assert "language" not in before.readers


@pytest.mark.parametrize(
    "text",
    [
        "Le vote ferme à midi mardi",
        "Mae'r bleidlais yn cau hanner dydd ddydd Mawrth",
        "Ka kati te pōti i te poutūmārō ā te Tūrei",
    ],
)
def test_noon_is_still_told_in_other_languages(text):
    claims = time_claims(text, utc("2026-11-09T10:00:00"), CONTEST.zone)
    assert [claim.edge for claim in claims] == ["closes"]
    assert claims[0].earliest == utc("2026-11-10T12:00:00")


# -- bad input -----------------------------------------------------------------------------------

_PIECES = st.sampled_from(
    ("Rowan Green", "Ada", "@RowanGreen", "Tide Party", "est", "un", "menteur", "yn", "gelwyddgi", "mae",
     "he", "teka", "a", "votez", "'", '"', "«", "»", "?", ".", ":", "\n", "\u200b", "é", "-", "🙂", "#"),
)  # fmt: skip


@given(st.lists(st.one_of(_PIECES, st.text(max_size=5)), max_size=30), st.sampled_from(CODES))
@settings(max_examples=60, deadline=None)
def test_nothing_that_is_written_raises(pieces, lang):
    text = " ".join(pieces)
    known = sense(lang, text, kind="reply", above=("@RowanGreen", text))
    spans = (*known.hostility.spans, *known.vote_ask.spans, *known.slur.spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)


@pytest.mark.parametrize(
    "part",
    [
        "Rowan Green est un menteur ",
        "une femme une femme ",
        "Rowan ",
        "votez pour la ",
        "« Rowan est un menteur » ",
        "femme ne ",
        "d'",
    ],
)
def test_a_long_text_is_read_in_linear_time(part):
    def seconds(length):
        passage = FINDER.passage(a_post((part * length)[:length]))
        started = time.process_time()
        TONGUES.sense(passage, tongue("fr"))
        return time.process_time() - started

    seconds(1_000)  # the lists are compiled
    assert (
        min(seconds(24_000) for _ in range(2)) < 10 * min(seconds(6_000) for _ in range(3)) + 0.05
    )
