"""What intake's API answers: receipts, cases, uploads, and what a form needs to know."""

from marshmallow import fields

from services.intake.view import ENDED
from shared.web.forms import DRAWS
from shared.web.rest import NEXT, Answer, means


class Counted(Answer):
    """One step of how a date was counted."""

    step = fields.String(
        metadata=means(
            "What was done.",
            "skipped",
            enum=["start", "skipped", "made_up", "paused", "rolled", "kept", "held", "ends", "basis"],
        )
    )
    days = fields.List(fields.String(metadata={"format": "date"}), metadata=means("To which days.", ["2026-09-25"]))
    text = fields.String(metadata=means("In words.", "不计放假9月25日至27日、10月1日至7日"))


class Promise(Answer):
    """A date with its explanation."""

    rule = fields.String(metadata=means("The rule's name.", "petition.handle"))
    title = fields.String(metadata=means("What is promised.", "答复办理意见"))
    due = fields.String(metadata=means("The last day.", "2027-01-01", format="date"))
    due_at = fields.String(
        metadata=means("The midnight after it, exclusive.", "2027-01-02T00:00:00+08:00", format="date-time")
    )
    status = fields.String(metadata=means("Where it stands.", "open", enum=["open", *ENDED.values()]))
    explanation = fields.String(
        metadata=means("Rule, article, start, days counted.", "自受理之日起60日内办结（《信访工作条例》第三十四条）。")
    )
    article = fields.String(metadata=means("The article it began under; empty for a promise of the county.", "34"))
    steps = fields.List(fields.Nested(Counted), metadata=means("How the date was counted, step by step."))
    working_days_left = fields.Integer(metadata=means("Working days until then; negative when it is over.", 42))


class Receipt(Answer):
    """What the person takes home: the case is on disk."""

    reference = fields.String(metadata=means("Names the case.", "QH-7K4M-9T2P-C"))
    receipt = fields.String(metadata=means("Sixteen digits that open the case; shown this once.", "1234567890123456"))
    identity = fields.String(metadata=means("What was kept.", "claimed", enum=["verified", "claimed", "anonymous"]))
    handled_outside = fields.Boolean(metadata=means("True where an office got it by mail instead.", False))
    promises = fields.List(fields.Nested(Promise), metadata=means("What receipt alone promises."))


class Came(Answer):
    """What a party takes home that came by an invitation."""

    reference = fields.String(metadata=means("Names the case.", "QH-7K4M-9T2P-C"))
    receipt = fields.String(metadata=means("Sixteen digits that open the case; shown this once.", "1234567890123456"))
    role = fields.String(metadata=means("As which party.", "respondent"))


class LetterFile(Answer):
    """What was printed of a letter; fetched like a file of the case."""

    blob = fields.String(metadata=means("Its id, for the address.", "9f" * 32))
    type = fields.String(metadata=means("Its media type.", "application/pdf"))
    size = fields.Integer(metadata=means("Bytes.", 52_595))


class Letter(Answer):
    """A letter that a step sent."""

    number = fields.String(metadata=means("Its number.", "青禾信受〔2026〕12号"))
    text = fields.String(metadata=means("All it says.", "周某：您反映的问题，我局予以受理。"))
    courtesy = fields.String(metadata=means("A translation that binds nobody; empty where there is none.", ""))
    files = fields.List(fields.Nested(LetterFile), metadata=means("A page, and a PDF where the machine makes one."))


class Line(Answer):
    """One line of the timeline."""

    event = fields.String(metadata=means("What happened, as the facts call it.", "case.routed"))
    at = fields.String(metadata=means("When.", "2026-11-02T09:00:00+08:00", format="date-time"))
    text = fields.String(metadata=means("In a sentence.", "由县水利局负责。"))
    note = fields.String(metadata=means("What was written to the person; may be empty.", "具体在哪一段路？"))
    letter = fields.Nested(Letter, allow_none=True, metadata=means("The letter that came with it."))


class OfferedUnit(Answer):
    """A unit that the step lets the person choose."""

    code = fields.String(metadata=means("Its code, as the step's field takes it.", "water-bureau"))
    name = fields.String(metadata=means("Its name.", "县水利局"))


class OfferedEntry(Answer):
    """An entry of a register that a field of the step's form may name."""

    field = fields.String(metadata=means("Which field.", "mediator"))
    key = fields.String(metadata=means("What the field takes.", "liuhe-mediator"))
    title = fields.String(metadata=means("How people know it.", "周志明 · 土地与宅基地"))


class Offer(Answer):
    """A step the holder may ask for now."""

    step = fields.String(metadata=means("Its name, for the address.", "withdraw"))
    title = fields.String(metadata=means("Its name for a person.", "撤回"))
    units = fields.List(
        fields.Nested(OfferedUnit), metadata=means("Among which its field for a unit may choose; mostly none.")
    )
    to = fields.Integer(metadata=means("Which proposal it replies to, for the request; 0 where it replies to none.", 0))
    entries = fields.List(
        fields.Nested(OfferedEntry), metadata=means("Among which its fields for entries may choose; mostly none.")
    )


class CaseFile(Answer):
    """A file of the case."""

    blob = fields.String(metadata=means("Its id, for the address.", "9f" * 32))
    name = fields.String(metadata=means("Its name.", "现场.jpg"))
    type = fields.String(metadata=means("Its media type.", "image/jpeg"))
    size = fields.Integer(metadata=means("Bytes.", 182_044))


class Relative(Answer):
    """Another case of the same matter, opened by the same receipt: what it came from, or what came of it."""

    reference = fields.String(metadata=means("Names the case.", "QH-2M4K-7T9P-A"))
    kind = fields.String(metadata=means("What it is, in words.", "复查"))
    phase = fields.String(metadata=means("Where it stands.", "handling"))
    outcome = fields.String(allow_none=True, metadata=means("How it ended; null while it goes on.", "upheld"))
    unit = fields.String(allow_none=True, metadata=means("The responsible unit's code.", "county-government"))


class Case(Answer):
    """A case as its receipt holder sees it."""

    reference = fields.String(metadata=means("Names the case.", "QH-7K4M-9T2P-C"))
    mechanism = fields.String(metadata=means("Its mechanism.", "petitions"))
    kind = fields.String(metadata=means("Its kind.", "petition"))
    title = fields.String(metadata=means("What it is about.", "自来水发黄"))
    text = fields.String(metadata=means("What was sent; another party reads what all may.", "三天了，水一直是黄的。"))
    received_at = fields.String(metadata=means("When it came.", "2026-11-02T09:00:00+08:00", format="date-time"))
    phase = fields.String(
        metadata=means(
            "Where it stands.",
            "handling",
            enum=["received", "triage", "handling", "waiting", "deciding", "carrying_out", "closed"],
        )
    )
    outcome = fields.String(allow_none=True, metadata=means("How it ended; null while it goes on.", "supported"))
    unit = fields.String(
        allow_none=True, metadata=means("The responsible unit's code; null until routed.", "water-bureau")
    )
    handled_outside = fields.Boolean(metadata=means("True where an office got it by mail instead.", False))
    offers = fields.List(fields.Nested(Offer), metadata=means("What can be asked for now."))
    promises = fields.List(fields.Nested(Promise), metadata=means("Every date, with where it stands."))
    timeline = fields.List(fields.Nested(Line), metadata=means("What happened, the oldest first."))
    files = fields.List(fields.Nested(CaseFile), metadata=means("The case's files."))
    relatives = fields.List(fields.Nested(Relative), metadata=means("Other cases of the same matter."))


class AskedFor(Answer):
    """A step that was asked for: the timeline tells what came of it."""

    step = fields.String(metadata=means("Its name.", "withdraw"))
    status = fields.String(metadata=means("Always `asked`.", "asked"))


class Upload(Answer):
    """A stored upload."""

    id = fields.String(metadata=means("For `attachments`.", "9f" * 32))
    type = fields.String(metadata=means("What it is, found from its bytes.", "image/jpeg"))
    size = fields.Integer(metadata=means("Bytes as stored.", 182_044))
    name = fields.String(metadata=means("Its name, made safe.", "现场.jpg"))
    stripped = fields.List(
        fields.String(metadata={"enum": ["gps", "camera", "metadata"]}),
        metadata=means("What was taken out: place, camera, other notes.", ["gps", "metadata"]),
    )


class Place(Answer):
    """A place of the county."""

    code = fields.String(metadata=means("For `place`.", "qh-shiqiao"))
    name = fields.String(metadata=means("Its name.", "石桥镇"))
    level = fields.String(metadata=means("county, township or village.", "township"))
    parent = fields.String(allow_none=True, metadata=means("The place it lies in.", "qh"))


class Places(Answer):
    """A page of places."""

    items = fields.List(fields.Nested(Place), metadata=means("The places."))
    next = fields.String(allow_none=True, metadata=NEXT)


class Category(Answer):
    """A sort of matter."""

    code = fields.String(metadata=means("For `category`.", "water"))
    name = fields.String(metadata=means("Its name.", "供水"))


class Field(Answer):
    """A field of a kind's `details`."""

    name = fields.String(metadata=means("For `details`.", "request"))
    title = fields.String(metadata=means("The question.", "您的诉求是什么？"))
    hint = fields.String(metadata=means("A help for whoever answers.", "用一两句话说明。"))
    type = fields.String(metadata=means("What it takes.", "text", enum=list(DRAWS)))
    required = fields.Boolean(metadata=means("Whether it must be there.", False))
    max = fields.Integer(allow_none=True, metadata=means("The most characters of a text.", 1000))
    seen = fields.String(metadata=means("Who may read it.", "parties"))
    options = fields.Dict(
        keys=fields.String(), values=fields.String(), metadata=means("What can be chosen, with its name.", {})
    )


class Kind(Answer):
    """A kind of record."""

    name = fields.String(metadata=means("For `kind`.", "petition"))
    record = fields.String(metadata=means("What it is.", "case", enum=["case", "publication", "register"]))
    title = fields.String(metadata=means("Its name.", "提出信访事项"))
    hint = fields.String(metadata=means("When to choose it.", "需要机关答复的事。"))
    identity = fields.List(fields.String(), metadata=means("Which ways of giving one's name it allows.", ["claimed"]))
    fields_ = fields.List(
        fields.Nested(Field), data_key="fields", attribute="fields", metadata=means("The fields of `details`.")
    )


class Mechanism(Answer):
    """A mechanism that this county runs."""

    name = fields.String(metadata=means("For `mechanism`.", "petitions"))
    version = fields.Integer(metadata=means("Its version.", 1))
    title = fields.String(metadata=means("Its name.", "信访"))
    hint = fields.String(metadata=means("What it is for.", "向机关反映情况、提出诉求。"))
    kinds = fields.List(fields.Nested(Kind), metadata=means("What can be opened."))
    guides = fields.List(
        fields.String(), metadata=means("Its guides, for `/mechanisms/{mechanism}/guides/{guide}`.", ["legal-road"])
    )


class Mechanisms(Answer):
    """All mechanisms, and the categories of the county."""

    items = fields.List(fields.Nested(Mechanism), metadata=means("The mechanisms in the county's order."))
    next = fields.String(allow_none=True, metadata=NEXT)
    categories = fields.List(fields.Nested(Category), metadata=means("The sorts of matter."))
