"""Made-up matters in the words people use: what, where exactly, since when, and what they wish."""

import random
from dataclasses import dataclass

MARK = "【演示】"


@dataclass(frozen=True)
class Matter:
    """A matter's title and text."""

    title: str
    text: str


WHAT: dict[str, tuple[tuple[str, str], ...]] = {
    "roads": (
        ("村口路灯不亮", "路灯坏了，晚上接孩子放学要打手电"),
        ("水泥路塌了一块", "路面塌陷有半个桌子大，电动车摔过两回"),
        ("公交末班车太早", "末班车五点半就收了，在县城上班的人赶不上"),
        ("小桥没有护栏", "桥面窄，两边没有护栏，老人过桥很害怕"),
        ("学校门口没有斑马线", "上学放学车多，孩子横穿马路"),
        ("排水沟盖板缺失", "沟盖板少了四五块，夜里看不见"),
    ),
    "housing": (
        ("屋顶漏水没人修", "下雨时顶层三户都漏，物业说等维修资金"),
        ("电梯常常停", "一个月停了三次，六楼的老人下不了楼"),
        ("小区垃圾清运不及时", "垃圾桶满了两三天才运一次"),
        ("安置房产权证一直没办", "交房满两年了，产权证还没有办下来"),
        ("楼道堆满杂物", "消防通道堆着旧家具，提醒过也没人清"),
        ("物业收费没有公示", "停车费涨了，没有看到收费依据"),
    ),
    "water": (
        ("自来水发黄", "早上头一盆水是黄的，放一会儿才清"),
        ("水压太低", "晚上六点到九点，三楼以上没有水"),
        ("灌溉渠漏水", "渠壁裂了，下游二十多亩地浇不上"),
        ("河边堆了建筑垃圾", "一车车倒在河滩上，下雨会冲进河里"),
        ("雨天积水进屋", "下水道口堵了，一下大雨院子就积水"),
        ("机井坏了没人修", "机井的泵烧了，正赶上浇麦子"),
    ),
    "benefits": (
        ("低保申请没有回音", "材料交上去了，一直没有人来核查"),
        ("残疾人补贴晚发", "补贴比上个季度晚了，想知道哪天能到"),
        ("高龄津贴不会办", "父亲满八十了，不知道要带什么材料"),
        ("临时救助问哪里办", "家里着了火，想申请临时救助"),
        ("医保报销比例看不懂", "住院的单子报得比想的少，希望有人解释"),
    ),
    "farming": (
        ("耕地补贴对不上", "今年的补贴面积比去年少了一亩多"),
        ("承包地边界有争议", "和邻地的界石被挪了，两家说法不一样"),
        ("病虫害没有人指导", "玉米叶子发黄，不知道打什么药"),
        ("收购点压秤", "卖粮的时候觉得秤不准"),
        ("冷库用电价格高", "合作社的冷库按商业电价收，成本太高"),
    ),
    "village": (
        ("村里的账很久没贴", "公开栏还是上半年的，想看收支明细"),
        ("集体地出租没听说", "鱼塘租出去了，租金多少大家不知道"),
        ("邻居盖房挡了路", "新院墙往外挪了，三轮车过不去"),
        ("广场音响太吵", "晚上九点以后还在放，家里有孩子要写作业"),
        ("公厕没人打扫", "村中心的公厕好几天没有清理"),
    ),
    "other": (
        ("办事窗口要跑两趟", "第一次没有说清要带什么，又跑了一趟"),
        ("希望有个图书角", "放学后孩子没地方去，想在活动室放些书"),
        ("流浪狗伤人", "小区里有三四条流浪狗，追过孩子"),
    ),
}
WISHES = ("希望尽快处理。", "请给个说法。", "盼回复。", "希望有人来看一看。", "麻烦告诉我们什么时候能办好。", "谢谢。")
SINCE = ("上个星期", "半个月前", "入秋以后", "三个月前", "前几天", "从春天起", "去年年底")
SPOTS = ("东头", "西头", "村部旁边", "小学门口", "卫生室后面", "老槐树那儿", "桥头", "二组")
NAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡"


def matter(chance: random.Random, category: str, place: str) -> Matter:
    """Make a matter of a category in a place (its name in words)."""
    title, text = chance.choice(WHAT.get(category, WHAT["other"]))
    spot = chance.choice(SPOTS)
    whole = f"{place}{spot}，{text}，{chance.choice(SINCE)}就这样了。{chance.choice(WISHES)}"
    return Matter(f"{MARK}{place}{spot}{title}", whole)


def person(chance: random.Random) -> dict[str, str]:
    """Make a contact that nobody can take for a real one."""
    return {"name": f"{chance.choice(NAMES)}某某", "email": f"resident{chance.randrange(1000)}@demo.invalid"}
