"""Names of streets and places, in English and Chinese, drawn without repeats."""

from collections.abc import Iterator

import numpy as np

from simulators.network.line_plan import Name

CITY = Name("Lanjiang", "澜江")

_FIRST = (
    ("Chang", "长"), ("Yong", "永"), ("An", "安"), ("Xing", "兴"), ("He", "和"), ("Wen", "文"), ("Ming", "明"),
    ("Jin", "锦"), ("Qing", "清"), ("Yun", "云"), ("Hai", "海"), ("Ren", "仁"), ("De", "德"), ("Fu", "福"),
    ("Xin", "新"), ("Guang", "光"), ("Hua", "华"), ("Tian", "天"), ("Ping", "平"), ("Bao", "宝"), ("Lin", "林"),
    ("Song", "松"), ("Zhu", "竹"), ("Mei", "梅"),
)  # fmt: skip
_SECOND = (
    ("ning", "宁"), ("le", "乐"), ("shan", "山"), ("yuan", "园"), ("ze", "泽"), ("hua", "化"), ("shun", "顺"),
    ("tai", "泰"), ("feng", "丰"), ("hu", "湖"), ("xi", "溪"), ("zhong", "中"), ("he", "河"), ("qiao", "桥"),
    ("men", "门"), ("tang", "塘"), ("ping", "屏"), ("an", "岸"),
)  # fmt: skip
_LANDMARKS = (
    ("People's Square", "人民广场"), ("Central Library", "中心图书馆"), ("City Museum", "市博物馆"),
    ("Railway Station", "火车站"), ("Lanjiang University", "澜江大学"), ("Olympic Stadium", "奥体中心"),
    ("First Hospital", "第一医院"), ("Botanical Garden", "植物园"), ("Lakeside Park", "湖滨公园"),
    ("Old Town Gate", "古城门"), ("Convention Center", "会展中心"), ("Software Park", "软件园"),
    ("Drum Tower", "鼓楼"), ("Grand Theatre", "大剧院"), ("East Railway Station", "火车东站"),
    ("Ferry Pier", "轮渡码头"), ("Science Museum", "科技馆"), ("Flower Market", "花鸟市场"),
    ("Teachers College", "师范学院"), ("South Gate", "南门"), ("Silk Works", "丝绸厂"), ("Canal Bridge", "运河桥"),
    ("Airport New Town", "空港新城"), ("West Lake Bay", "西湖湾"),
)  # fmt: skip
_QUARTERS = (("North", "北"), ("South", "南"), ("East", "东"), ("West", "西"), ("Upper", "上"), ("Lower", "下"))


def draw_street_names(random: np.random.Generator) -> Iterator[tuple[str, str]]:
    """Endless street stems without kind, in a drawn order: first plain pairs, then with a quarter before them."""
    pairs = [
        (f"{first}{second}", f"{sign}{mark}") for first, sign in _FIRST for second, mark in _SECOND if sign != mark
    ]
    order = [pairs[i] for i in random.permutation(len(pairs))]
    yield from order
    for quarter, sign in _QUARTERS:
        yield from ((f"{quarter} {english}", f"{sign}{chinese}") for english, chinese in order)
    raise RuntimeError("a city of more streets than there are names for them")


def draw_landmarks(random: np.random.Generator) -> Iterator[Name]:
    """Landmarks in a drawn order, the square first; it ends when there are no more."""
    yield Name(*_LANDMARKS[0])
    for i in random.permutation(len(_LANDMARKS) - 1):
        yield Name(*_LANDMARKS[i + 1])


def name_street(stem: tuple[str, str], *, is_avenue: bool, runs_east: bool) -> Name:
    """A street's full name: wide ones are avenues, eastward ones roads, northward ones streets."""
    if is_avenue:
        return Name(f"{stem[0]} Avenue", f"{stem[1]}大道")
    return Name(f"{stem[0]} Road", f"{stem[1]}路") if runs_east else Name(f"{stem[0]} Street", f"{stem[1]}街")


def name_crossing(on: Name, at: Name) -> Name:
    """A stop's name: the street it lies on, then the street it is near."""
    return Name(f"{on.english} at {at.english}", f"{on.chinese}{at.chinese}")
