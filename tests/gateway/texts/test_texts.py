"""What is seen in a text, in three languages: chats with texts give the facts that stand beside them."""

import json
import time

import pytest
from tests.core.numbers import numbers
from tests.core.test_transcripts import CONVERSATIONS, found_in, told, transcripts  # noqa: F401

from attesa.core.events.flags import FLAGS
from attesa.gateway.texts import ANYWHERE, look, plain
from attesa.gateway.texts.words import LANGUAGES, fold, words

BY_LANGUAGE = {
    "it": [
        ("Buonasera Giulia, sono Anna", {"greeting", "name"}),
        ("Salve, un attimo che controllo", {"greeting", "holding"}),
        ("Vi ringrazio della pazienza", {"thanks"}),
        ("La ringraziamo della pazienza", {"thanks"}),
        ("Il pacco arriva domani, giusto?", {"mirror_question"}),
        ("E' vero?", set()),
        ("Ricapitolando: reso domani, rimborso entro 5 giorni", {"closing_summary"}),
        ("cmq arriva domani xké oggi è festa", {"abbreviation"}),
        ("Le serve altro?", {"more_help"}),
        ("Se vuole può lasciarci una valutazione", {"asks_rating"}),
        ("Può lasciare una valutazione alla fine", {"asks_rating"}),
        ("Il suo ordine è partito ieri da Milano.", set()),
        ("A presto, buona giornata!", set()),
    ],
    "en": [
        ("Good morning Giulia, how can I help?", {"greeting", "name"}),
        ("You're welcome", set()),
        ("Bear with me, I'll check", {"holding"}),
        ("Thanks for waiting", {"thanks"}),
        ("So it should go to the office, right?", {"mirror_question"}),
        ("Is the address on the right?", set()),
        ("To sum up: we refund today", {"closing_summary"}),
        ("pls tell me ur order number", {"abbreviation"}),
        ("Is there anything else I can do?", {"more_help"}),
        ("Please rate this chat", {"asks_rating"}),
        ("Your order left this morning.", set()),
        ("One moment. " + "The parcel was handed over on Monday. " * 5, set()),
    ],
    "de": [
        ("Grüß Gott, Giulia", {"greeting", "name"}),
        ("Guten Tag! Einen Moment bitte.", {"greeting", "holding"}),
        ("Vielen Dank für Ihre Geduld", {"thanks"}),
        ("Sie haben es am Montag bestellt, richtig?", {"mirror_question"}),
        ("Ist das der richtige Artikel?", set()),
        ("Zusammenfassend: Sie senden es zurück, wir erstatten.", {"closing_summary"}),
        ("vllt kommt es morgen", {"abbreviation"}),
        ("Kann ich sonst noch etwas für Sie tun?", {"more_help"}),
        ("Über eine Bewertung würden wir uns freuen", {"asks_rating"}),
        ("Ihre Bestellung ist heute rausgegangen.", set()),
    ],
}
COURTESIES = {
    "it": ["ok grazie,", "Grazie mille, gentilissima!", "perfetto, grazie e buona giornata", "🙏"],
    "en": ["Great, thanks so much!", "ok thank you bye", "👍"],
    "de": ["Alles klar, vielen Dank!", "Danke schön, Ihnen auch einen schönen Tag noch"],
}
NO_COURTESIES = {
    "it": ["perfetto grazie :) Aspetto la mail", "ciao", "ok", "grazie, ma non funziona", "grazie?"],
    "en": ["thanks, but it still fails", "hello", "no"],
    "de": ["danke, aber wo ist es", "hallo", "ja"],
}


def cases(by_language):
    return [(language, *case) for language, found in by_language.items() for case in found]


def each(by_language):
    return [(language, text) for language, texts in by_language.items() for text in texts]


@pytest.mark.parametrize("languages", [None, LANGUAGES], ids=["alone", "all"])
@pytest.mark.parametrize(("language", "text", "flags"), cases(BY_LANGUAGE))
def test_an_agents_text_has_these_flags_and_no_others(language, text, flags, languages):
    seen = look(text, "agent", "Giulia Verdi", languages or (language,))
    assert set(seen.flags) == flags


@pytest.mark.parametrize(("language", "text"), each(COURTESIES))
def test_mere_thanks_of_a_customer_are_a_courtesy(language, text):
    assert look(text, "customer").flags == ("courtesy",)


@pytest.mark.parametrize(("language", "text"), each(NO_COURTESIES))
def test_thanks_with_something_to_say_are_none(language, text):
    assert look(text, "customer").flags == ()


def test_a_bots_text_has_no_flags():
    assert look("Hello, thank you!", "bot").fields == {"length": 17}


def test_questions_are_counted_by_their_marks_and_not_in_addresses():
    assert look("Really?? When? See https://a.example/?id=1", "agent").questions == 2


def test_a_name_counts_with_a_capital_and_made_up_names_do_not():
    assert "name" not in look("I will check", "agent", "Will Smith").flags
    assert "name" in look("Thank you, Will", "agent", "Will Smith").flags
    assert "name" not in look("Little by little", "agent", "little-haze-776").flags


def test_html_is_read_without_its_tags():
    assert plain("<p>Hello &amp; <b>welcome</b></p><p>bye<br/>bye</p>") == "Hello & welcome\nbye\nbye"


def test_every_language_has_every_list():
    lists = {flag for flag in FLAGS if flag != "name"} | {"courtesy_around"}
    assert set(ANYWHERE) < lists
    assert all(set(words(language)) == lists for language in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_phrases_are_written_as_they_are_looked_for(language):
    for phrases in words(language).values():
        assert len(phrases) == len(set(phrases))
        assert all(phrase.lstrip(", ") == fold(phrase).lstrip(", ") for phrase in phrases)


@pytest.mark.parametrize("text", ["<" * 9_000, ", " * 9_000, " ok " * 9_000, "grazie " * 9_000, "'" * 9_000])
def test_a_long_text_takes_no_long_time(text):
    start = time.perf_counter()
    for author in ("agent", "customer"):
        look(plain(text), author, "Giulia")
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize("conversation", CONVERSATIONS)
def test_whole_chats_give_the_facts_that_are_expected_of_them(conversation, transcripts):  # noqa: F811
    transcript = transcripts[conversation]
    lines = iter([line for line in transcript["events"] if "text" in line])
    events = told(transcript)
    for event in events:
        if event["type"] == "attesa.message.sent" and event["subject"] == conversation:
            line, data = next(lines), event["data"]
            marked = set(data.pop("flags", ()))
            seen = look(line["text"], line["author"], "Giulia Verdi", (transcript["language"],))
            assert set(seen.flags) == marked
            data.update(seen.fields)
    found = found_in(numbers(*events), conversation)
    assert {name: found[name] for name in transcript["expect"]} == transcript["expect"]
    assert not any(line["text"] in json.dumps(events) for line in transcript["events"] if "text" in line)
