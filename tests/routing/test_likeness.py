"""How alike two texts are: a share, the same from both sides, blind to spaces and punctuation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.routing.rules import likeness

pytestmark = [pytest.mark.quick, pytest.mark.slow]

TEXTS = st.text(alphabet="村口路灯坏了水管漏水abc ，。", max_size=40)


@given(TEXTS, TEXTS)
def test_it_is_a_share_and_the_same_from_both_sides(one, other):
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, other) == likeness(other, one)


@given(TEXTS.filter(lambda text: sum(map(str.isalnum, text)) > 1), st.sampled_from("，。 ！\n"))
def test_a_text_is_like_itself_whatever_is_between_its_words(text, mark):
    assert likeness(text, mark.join(text)) == 1


@given(TEXTS)
def test_nothing_is_like_nothing(text):
    assert likeness(text, "") == likeness("", text) == 0


def test_the_same_pipe_told_twice_is_alike_and_another_matter_is_not():
    first = "村东头水管漏水三天了，没有人来修"
    assert likeness(first, "水管漏水三天没人修，在村东头") > 0.35
    assert likeness(first, "征地补偿款至今分文未见，请查一查") < 0.1
