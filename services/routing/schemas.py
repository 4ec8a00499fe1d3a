"""What the desk's API takes and answers."""

from marshmallow import fields, validate

from shared.web.forms import DRAWS
from shared.web.rest import NEXT, Answer, Asked, PageAsked, means
from shared.workflow.schema import Text


class WorkAsked(PageAsked):
    """What a work list is narrowed to; empty means all that is not closed."""

    q = fields.String(
        load_default="",
        metadata=means(
            "Only what says this: in its title, text, steps, letters' numbers. Two characters or more; parts between "
            "spaces each for itself. Closed cases too.",
            "管道 漏水",
        ),
    )
    phase = fields.String(
        load_default="", metadata=means("Only this phase; `any` brings closed cases too.", "handling")
    )
    mechanism = fields.String(load_default="", metadata=means("Only this mechanism.", "petitions"))
    unit = fields.String(load_default="", metadata=means("Only this unit.", "water-bureau"))
    due = fields.String(
        load_default="",
        validate=validate.OneOf(("", "late", "today", "soon"), error="Choose one of the options."),
        metadata=means("Only what is late, due today, or due within three working days.", "soon"),
    )


class DeskStepSchema(Asked):
    """A step's inputs: the fields that the step asks, as the case's `offers` name them."""

    inputs = fields.Dict(
        keys=fields.String(), load_default=dict, metadata=means("The step's fields.", {"question": "具体在哪一段路？"})
    )


class Today(Answer):
    """Today's work in numbers."""

    late = fields.Integer(metadata=means("Past their day.", 1))
    today = fields.Integer(metadata=means("Due today.", 2))
    soon = fields.Integer(metadata=means("Due within three working days.", 3))
    new = fields.Integer(metadata=means("Not yet taken up.", 4))
    waiting = fields.Integer(metadata=means("Waiting for the resident.", 5))
    all = fields.Integer(metadata=means("All that goes on.", 15))


class DeskItem(Answer):
    """A line of a work list."""

    reference = fields.String(metadata=means("Names the case.", "QH-7K4M-9T2P-C"))
    title = fields.String(metadata=means("What it is about.", "自来水发黄"))
    mechanism = fields.String(metadata=means("Its mechanism.", "petitions"))
    kind = fields.String(metadata=means("Its kind.", "petition"))
    unit = fields.String(metadata=means("The responsible unit.", "water-bureau"))
    place = fields.String(allow_none=True, metadata=means("Where.", "qh-shiqiao-dawa"))
    phase = fields.String(metadata=means("Where it stands.", "handling"))
    state = fields.String(metadata=means("The mechanism's own word for it.", "accepted"))
    received_at = fields.DateTime(metadata=means("When it came.", "2026-11-02T09:00:00+08:00"))
    due_at = fields.DateTime(
        allow_none=True, metadata=means("The next midnight that counts.", "2026-11-18T00:00:00+08:00")
    )
    working_days_left = fields.Integer(allow_none=True, metadata=means("Until then.", 11))
    urgent = fields.Boolean(metadata=means("Reported upward as urgent, and still open: it stands on top.", False))
    excerpt = fields.String(metadata=means("What stands around that which `q` found; empty without `q`.", "…管道漏水…"))


class DeskList(Answer):
    """A page of cases."""

    items = fields.List(fields.Nested(DeskItem), metadata=means("What is due first on top."))
    next = fields.String(allow_none=True, metadata=NEXT)


class DeskField(Answer):
    """A field that a step asks."""

    name = fields.String(metadata=means("For `inputs`.", "question"))
    title = fields.String(metadata=means("The question.", "您的问题"))
    type = fields.String(metadata=means("What it takes.", "text", enum=list(DRAWS)))
    required = fields.Boolean(metadata=means("Whether it must be there.", True))
    max = fields.Integer(allow_none=True, metadata=means("The most characters of a text.", 2000))
    options = fields.List(fields.String(), metadata=means("What can be chosen.", []))


class DeskOffer(Answer):
    """A step that the holder of the token may take now."""

    step = fields.String(metadata=means("Its name, for the address.", "accept"))
    title = fields.String(metadata=means("Its name for a person.", "受理"))
    fields_ = fields.List(
        fields.Nested(DeskField), data_key="fields", attribute="fields", metadata=means("What it asks.")
    )


class DeskDeadline(Answer):
    """A term of the case."""

    rule = fields.String(metadata=means("The rule's name.", "petition.handle"))
    title = fields.String(metadata=means("What is promised.", "办结"))
    due = fields.Date(metadata=means("The last day.", "2027-01-01"))
    status = fields.String(metadata=means("Where it stands.", "running"))
    working_days_left = fields.Integer(metadata=means("Until then.", 42))
    explanation = fields.String(metadata=means("Rule, article, start, days counted.", "自受理之日起60日内办结。"))


class DeskTaken(Answer):
    """A step as it was taken."""

    step = fields.String(metadata=means("Its name.", "accept"))
    by = fields.String(metadata=means("In which role.", "officer"))
    person = fields.String(metadata=means("Who; empty for the resident.", "经办人 王某"))
    at = fields.DateTime(metadata=means("When.", "2026-11-02T10:00:00+08:00"))
    inputs = fields.Dict(keys=fields.String(), metadata=means("What was said.", {"question": "具体在哪一段路？"}))


class DeskLetterFile(Answer):
    """What was printed of a letter; fetched like a file of the case."""

    blob = fields.String(metadata=means("Its id, for the address.", "9f" * 32))
    type = fields.String(metadata=means("Its media type.", "application/pdf"))
    size = fields.Integer(metadata=means("Bytes.", 52_595))


class DeskLetter(Answer):
    """A signed letter."""

    number = fields.String(metadata=means("Its number.", "青禾信受〔2026〕12号"))
    text = fields.String(metadata=means("All it says.", "周某：您反映的问题，我局予以受理。"))
    courtesy = fields.String(metadata=means("A translation that binds nobody; empty where there is none.", ""))
    files = fields.List(fields.Nested(DeskLetterFile), metadata=means("A page, and a PDF where the machine makes one."))


class DeskFile(Answer):
    """A file of the case."""

    blob = fields.String(metadata=means("Its id, for the address.", "9f" * 32))
    name = fields.String(metadata=means("Its name.", "现场.jpg"))
    type = fields.String(metadata=means("Its media type.", "image/jpeg"))
    size = fields.Integer(metadata=means("Bytes.", 182_044))


class DeskRelative(Answer):
    """Another case of the same matter: what it came from, or what came of it."""

    reference = fields.String(metadata=means("Names the case.", "QH-2M4K-7T9P-A"))
    kind = fields.String(metadata=means("What it is, in words.", "复查"))
    title = fields.String(metadata=means("What it is about.", "自来水发黄"))
    phase = fields.String(metadata=means("Where it stands.", "handling"))
    outcome = fields.String(allow_none=True, metadata=means("How it ended.", "upheld"))
    unit = fields.String(metadata=means("The responsible unit.", "county-government"))


class DeskParty(Answer):
    """A party beside the first."""

    title = fields.String(metadata=means("What it is called.", "对方"))
    joined_at = fields.DateTime(
        allow_none=True, metadata=means("When it came by its invitation; null until then.", "2026-11-05T09:00:00+08:00")
    )
    contact = fields.Dict(
        keys=fields.String(), values=fields.String(), metadata=means("How to reach it.", {"phone": "13900000000"})
    )


class DeskCase(Answer):
    """A case with all that the holder of the token may know."""

    reference = fields.String(metadata=means("Names the case.", "QH-7K4M-9T2P-C"))
    title = fields.String(metadata=means("What it is about.", "自来水发黄"))
    text = fields.String(metadata=means("What the person wrote.", "三天了，水一直是黄的。"))
    about = fields.String(metadata=means("Whom it is about, in the person's words.", "县水利局的值班人员"))
    contact = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata=means("How to reach the person.", {"phone": "13800000000"}),
    )
    details = fields.Dict(keys=fields.String(), metadata=means("The kind's own fields.", {"request": "请检修管道。"}))
    parties = fields.List(fields.Nested(DeskParty), metadata=means("Parties beside the first that were invited."))
    files = fields.List(fields.Nested(DeskFile), metadata=means("Its files."))
    mechanism = fields.String(metadata=means("Its mechanism.", "petitions"))
    kind = fields.String(metadata=means("Its kind.", "petition"))
    unit = fields.String(metadata=means("The responsible unit.", "water-bureau"))
    rule = fields.String(metadata=means("What chose the unit.", "route"))
    because = fields.List(fields.String(), metadata=means("Why this unit.", ["该类事项由此单位负责。"]))
    considered = fields.List(
        fields.String(),
        metadata=means(
            "Which routes fitted, why one won, who was passed over.", ["县水利局不再存在，由承继单位接办。"]
        ),
    )
    handed_over = fields.Integer(
        metadata=means("How often it was passed on; from the third time on the level above should decide.", 0)
    )
    co_handlers = fields.List(fields.String(), metadata=means("Units that work with it; it leads.", []))
    relatives = fields.List(fields.Nested(DeskRelative), metadata=means("Other cases of the matter you may see.", []))
    remarks = fields.List(fields.String(), metadata=means("What the mechanism tells whoever handles it.", []))
    state = fields.String(metadata=means("The mechanism's own word for where it stands.", "accepted"))
    phase = fields.String(metadata=means("Where it stands.", "handling"))
    outcome = fields.String(allow_none=True, metadata=means("How it ended.", "supported"))
    revision = fields.Integer(metadata=means("Counts the changes; the ETag begins with it.", 3))
    offers = fields.List(fields.Nested(DeskOffer), metadata=means("Steps open to you now."))
    deadlines = fields.List(fields.Nested(DeskDeadline), metadata=means("Its terms."))
    steps = fields.List(fields.Nested(DeskTaken), metadata=means("What was done, the oldest first."))
    letters = fields.List(fields.Nested(DeskLetter), metadata=means("Its letters."))


class RecuseSchema(Asked):
    """Why somebody steps aside."""

    reason = Text(
        required=True,
        max=2_000,
        metadata=means("Why; sealed with the case, and no officer reads it.", "当事人是我的亲属。"),
    )


class SteppedAside(Answer):
    """A case that the holder of the token sees no longer."""

    reference = fields.String(metadata=means("Names the case.", "QH-7K4M-9T2P-C"))


class Moved(Answer):
    """The case after the step."""

    reference = fields.String(metadata=means("Names the case.", "QH-7K4M-9T2P-C"))
    revision = fields.Integer(metadata=means("For the next `If-Match`.", 4))
