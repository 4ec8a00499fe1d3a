"""The case that is submitted again and again: as long as an ordinary one, every text field of it private."""

BODY = {
    "mechanism": "suggestions",
    "kind": "suggestion",
    "title": "建议修复村口到小学一段路的路灯",
    "text": "村口到小学大约八百米，路灯从上个月起有六盏不亮。" * 6
    + "孩子们晚自习后要走这段路，老人也常在傍晚出门。希望在入冬以前修好，并告诉我们什么时候动工。",
    "category": "roads",
    "place": "qh-liuhe-shangliu",
    "contact": {"name": "住户", "phone": "13800000000", "address": "上柳村二组"},
}
