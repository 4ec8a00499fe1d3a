"""What the window offers, as the county file lists it: matters with papers, fee and law, and who helps near home."""

from lianxin.plugin import Choice, Names, Number, Schema, Text, UnitRef

AREAS = {
    "home": "Home and building",
    "work": "Work and business",
    "family": "Family and birth",
    "land": "Land and farming",
    "road": "Roads and transport",
    "other": "Other matters",
}


class Matter(Schema):
    """A matter that can be applied for; what people read is in both languages."""

    matter = Text(seen="public", required=True, max=32, long=False)
    name_zh = Text(seen="public", required=True, max=60, long=False)
    name_en = Text(seen="public", required=True, max=120, long=False)
    area = Choice(AREAS, seen="public")
    unit = UnitRef(seen="public")
    offices = Names(most=10, seen="public")
    papers_zh = Names(most=30, seen="public", required=True)
    papers_en = Names(most=30, seen="public", required=True)
    rule = Text(seen="public", required=True, max=64, long=False)
    fee = Number(seen="public")
    where_zh = Text(seen="public", required=True, max=120, long=False)
    where_en = Text(seen="public", required=True, max=160, long=False)
    hours_zh = Text(seen="public", required=True, max=64, long=False)
    hours_en = Text(seen="public", required=True, max=96, long=False)
    basis = Text(seen="public", required=True, max=120, long=False)


class HelperPoint(Schema):
    """A place near home at which somebody of `unit` explains, helps to fill in, and takes in; free of charge."""

    point = Text(seen="public", required=True, max=32, long=False)
    unit = UnitRef(seen="public")
    where_zh = Text(seen="public", required=True, max=120, long=False)
    where_en = Text(seen="public", required=True, max=160, long=False)
    hours_zh = Text(seen="public", required=True, max=64, long=False)
    hours_en = Text(seen="public", required=True, max=96, long=False)
