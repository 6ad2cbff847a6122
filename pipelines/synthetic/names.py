"""Invented names: of pupils, with the accents and apostrophes that break encodings, and of places that no map has.

Not here: names of staff or parents (nothing reads them).
"""

import unicodedata

from pipelines.synthetic.dice import Dice

FORENAMES = {
    "F": (
        "Aaliyah", "Adaeze", "Agnieszka", "Amélie", "Anwen", "Ayesha", "Beatrix", "Chloé", "Dilys", "Efua", "Eilidh", "Fatima", "Freya",
        "Gráinne", "Hafsa", "Imogen", "Inés", "Jaswinder", "Keziah", "Leïla", "Łucja", "Mei-Ling", "Naomi", "Nia", "Oluchi", "Priya",
        "Renée", "Saoirse", "Siân", "Sunniva", "Tabitha", "Thuý", "Umaymah", "Wren", "Xanthe", "Yasmin", "Zoë", "Zofia",
    ),
    "M": (
        "Abdullahi", "Aled", "André", "Arjun", "Björn", "Caleb", "Chinedu", "Dafydd", "Emeka", "Fergus", "François", "Gethin", "Haruki",
        "Hamza", "Idris", "Ioan", "Jasper", "Jürgen", "Kofi", "Kwabena", "Lachlan", "Luka", "Mateusz", "Michał", "Nasir", "Oisín", "Osian",
        "Padraig", "Rafael", "Rhodri", "Søren", "Tariq", "Théo", "Uzair", "Viktor", "Wojciech", "Yusuf", "Zachary",
    ),
}  # fmt: skip
STEMS = (
    "Bramble", "Brindle", "Candle", "Clover", "Cobble", "Copper", "Damson", "Dapple", "Ember", "Feather", "Fennel", "Fiddle", "Flint",
    "Glimmer", "Gorse", "Hazel", "Inkle", "Juniper", "Kettle", "Lantern", "Lichen", "Mallow", "Marble", "Nettle", "Otter", "Pebble",
    "Quill", "Quince", "Rushen", "Saffron", "Sorrel", "Sparrow", "Tansy", "Thimble", "Thistle", "Tinder", "Umber", "Velvet", "Willow",
    "Yarrow",
)  # fmt: skip
ENDINGS = (
    "acre", "bank", "beck", "bottom", "brook", "comb", "croft", "dale", "feld", "fold", "garth", "glade", "hatch", "holt", "hurst", "lark",
    "mere", "moor", "nest", "quay", "shaw", "stitch", "thorpe", "tide", "wick", "wold", "worthy", "wright",
)  # fmt: skip
AWKWARD_SURNAMES = (
    "O'Brindlequill", "D'Everglint", "N'Dapplemoor", "O’Thistlemere", "Brâncușel-Quince", "Müllerfeld", "Žáblerholt", "Świerkowicz-Beck",
    "Nuñezwold", "Ångmarsh", "Çobbleoğlu", "Fjærglade", "Lefèvrenest", "Öztinder", "al-Lanternī", "van der Thimble", "St. Clovermoor",
    "Mc Inklewright", "Nguyễnmere", "Quince-O'Fiddle",
)  # fmt: skip
PLACES = (
    "Alderwhistle", "Brackenhythe", "Candlemarsh", "Dappleford", "Emberlow", "Fennimoor", "Gorsewick", "Hollowquay", "Inklethorpe",
    "Junipercombe",
    "Kettlestoke", "Lanternholm", "Mallowfleet", "Nettlebourne", "Otterquill", "Pebblehurst", "Quincebridge",
    "Rushenfold", "Sorrelgate", "Thimbleton",
)  # fmt: skip
SECOND_PLACES = ("", "East", "North", "South", "West", "Vale", "Cross", "Green", "Heath", "Hill", "Park", "Water")
KINDS = {
    "primary": "Primary Academy",
    "secondary": "Academy",
    "special": "Special Academy",
    "all_through": "All-through Academy",
    "middle": "Middle Academy",
}


def full_name(dice: Dice, sex: str) -> tuple[str, str]:
    """Forename and surname; one surname in eight is a test of somebody's encoding or quoting."""
    forename = dice.pick(FORENAMES.get(sex) or FORENAMES["F"] + FORENAMES["M"])
    if dice.one(8) == 0:
        return forename, dice.pick(AWKWARD_SURNAMES)
    return forename, dice.pick(STEMS) + dice.pick(ENDINGS)


def academy_name(number: int, phase: str) -> tuple[str, str]:
    """Id and name of the trust's academy with this number: twenty places, then their neighbours, without end."""
    place, around = PLACES[number % len(PLACES)], number // len(PLACES)
    second = SECOND_PLACES[around % len(SECOND_PLACES)]
    beyond = around // len(SECOND_PLACES)
    full = " ".join(part for part in (place, second, str(beyond + 1) if beyond else "") if part)
    return full.lower().replace(" ", "_"), f"{full} {KINDS[phase]}"


def as_windows_prints(name: str) -> str:
    """The name as a Windows-1252 program can print it: letters that it lacks lose their marks (ł → l)."""
    try:
        name.encode("cp1252")
    except UnicodeEncodeError:
        plain = name.translate(str.maketrans("łŁđĐ", "lLdD"))
        return "".join(char for char in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(char))
    return name
