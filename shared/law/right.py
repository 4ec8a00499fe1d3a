"""The sentence by which a letter tells its reader of a right, with the figures of that rule."""

from shared.law.rule import Rule
from shared.law.words import EN, ZH


def right_in_words(rule: Rule, language: str, *, received: bool) -> str:
    """Give the rule's own sentence (`remedy`), or its title and how long it runs where a county's rule has none.

    `received`: it runs from the day on which the letter reaches its reader, not from the letter's own day.
    """
    words = ZH if language == "zh" else EN
    own, title = (rule.remedy_zh, rule.title_zh) if words is ZH else (rule.remedy, rule.title)
    plain = (words.received if received else words.dated).replace("{title}", title)
    length = words.length(rule.quantity, rule.unit)
    return (own or plain).replace("{n}", str(rule.quantity)).replace("{length}", length)
