"""The turns of phrase by which a date explains itself, in two languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Words:
    """One language's turns of phrase. These are legal sentences, not labels, so they stand whole and together."""

    language: Literal["zh", "en"]
    units: Mapping[str, tuple[str, str]]  # one, many
    title: str
    start: str
    start_hour: str
    longer: str
    assigned: str
    planned: str
    promised: str
    given: str
    helps: str
    skipped: str
    made_up: str
    pause: str
    practice: str
    rolled: str
    rolls: str
    rolls_not: str
    kept: str
    held: str
    ends: str
    ends_at_least: str
    provisional: str
    basis: str
    promise: str
    promise_under: str
    unpromised: str
    unpromised_under: str
    law: str
    article: str
    between_parts: str
    between_days: str
    stop: str
    received: str
    dated: str

    def length(self, quantity: int, unit: str) -> str:
        """Say how long a term is: 5 working days."""
        one, many = self.units[unit]
        return (one if quantity == 1 else many).format(n=quantity)


ZH = Words(
    language="zh",
    units={
        "calendar_day": ("{n}日（自然日）", "{n}日（自然日）"),
        "working_day": ("{n}个工作日", "{n}个工作日"),
        "month": ("{n}个月", "{n}个月"),
        "hour": ("{n}小时", "{n}小时"),
    },
    title="{title}：",
    start="自{start}的次日起{length}",
    start_hour="自{start}起{length}",
    assigned="{sender}于{start}交办并自定期限",
    planned="{start}所定计划的第{number}步",
    promised="{start}签发的文书所定期限",
    helps="协办单位{sender}自{start}的次日起{length}",
    given="自{sender}所定之日{start}的次日起{length}",
    longer="自原期限最后一日{start}的次日起延长{length}",
    skipped="不计放假{days}",
    made_up="计入调休上班{days}",
    pause="暂停{days}不计",
    practice="（本地惯例）",
    rolled="最后一日{day}放假休息，顺延",
    rolls="（最后一日遇放假休息顺延，由本县选定）",
    rolls_not="（最后一日遇放假休息不顺延，由本县选定）",
    kept="按新公布的放假安排本应提前届满，仍以原定日期为准",
    held="放假安排公布较晚，按其计算应于{day}届满，故留至公布后的次一工作日（不晚于原定日期）",
    ends="至{end}届满",
    ends_at_least="至少至{end}",
    provisional="（放假安排尚未公布，暂定）",
    basis="依据：{source}",
    promise="本县承诺",
    promise_under="本县参照{source}作出的承诺",
    unpromised="无，本县未作此承诺",
    unpromised_under="{source}，本县尚未确认",
    law="《{law}》",
    article="《{law}》第{article}条",
    between_parts="，",
    between_days="、",
    stop="。",
    received="{title}：自收到本文书之日起{length}内。",
    dated="{title}：自本文书载明之日起{length}内。",
)
EN = Words(
    language="en",
    units={
        "calendar_day": ("{n} calendar day", "{n} calendar days"),
        "working_day": ("{n} working day", "{n} working days"),
        "month": ("{n} month", "{n} months"),
        "hour": ("{n} hour", "{n} hours"),
    },
    title="{title}: ",
    start="{length} from the day after {start}",
    start_hour="{length} from {start}",
    assigned="assigned by {sender} on {start}, with the sender's own date",
    planned="step {number} of the plan made on {start}",
    promised="by the day that the answer signed on {start} names",
    helps="{length} from the day after {start}, for {sender}, which works with it",
    given="{length} from the day after {start}, which {sender} set itself",
    longer="extended by {length} from the day after {start}, the last day of the first term",
    skipped="skipped days off: {days}",
    made_up="counted make-up working days: {days}",
    pause="stood still {days}",
    practice=" (by local practice)",
    rolled="the last day, {day}, is a day off, so the next working day counts",
    rolls=" (that a last day off rolls on is this county's choice)",
    rolls_not=" (that a last day off does not roll on is this county's choice)",
    kept="newly announced days would end it earlier, but the date once given stands",
    held="days off were announced late and would end it on {day}, so it runs until the working day after the notice"
    " (or its old date, if that is earlier)",
    ends="ends {end}",
    ends_at_least="lasts at least until the end of {end}",
    provisional=" (provisional: that year's holidays are not announced yet)",
    basis="Basis: {source}",
    promise="a promise of this county",
    promise_under="a promise of this county after {source}",
    unpromised="none, for this county has not promised it",
    unpromised_under="{source}, which this county has not confirmed",
    law="{law}",
    article="{law}, article {article}",
    between_parts="; ",
    between_days=", ",
    stop=". ",
    received="{title}: within {length} from the day you received this.",
    dated="{title}: within {length} from the day of this letter.",
)
