"""An exchange is opened by a rostered account of one camp, at another camp, with hostile words."""

from contest.reading import Exchange

LIAR = "You are a liar and a cheat."


def test_a_hostile_reply_to_another_camps_account_is_an_exchange(read):
    above = ("@lenahale", "Denzil is on at nine.")
    reading = read(LIAR, by="@TomosFrith", kind="reply", above=above)
    assert reading.exchange == Exchange("green", "brown", "reply")


def test_a_hostile_quote_is_an_exchange(read):
    above = ("@DenzilBrown", "I am on at nine.")
    reading = read(LIAR, by="@gethin_p", kind="quote", above=above)
    assert reading.exchange == Exchange("close", "brown", "quote")


def test_a_hostile_mention_is_an_exchange(read):
    assert read("@AdaLittleLP is a fraud.", by="@TomosFrith").exchange == Exchange(
        "green", "little", "mention"
    )


def test_naming_a_third_camp_in_a_reply_is_a_mention(read):
    above = ("@lenahale", "See you at nine.")
    reading = read("Ada Little is a fraud.", by="@TomosFrith", kind="reply", above=above)
    assert reading.exchange == Exchange("green", "little", "mention")


def test_sharp_argument_is_none(read):
    text = "Ada Little's pier plan is wrong, uncosted and late."
    assert read(text, by="@TomosFrith").exchange is None


def test_accounts_without_a_camp_open_none(read):
    for author in ("@kez_lantern", "@NadiaOsei", "@somebody_else"):
        assert read("Ada Little is a fraud.", by=author).exchange is None


def test_quarrels_inside_a_camp_are_none(read):
    above = ("@RowanGreen", "I am on at nine.")
    assert read(LIAR, by="@TomosFrith", kind="reply", above=above).exchange is None


def test_hostility_at_a_journalist_is_none(read):
    above = ("@NadiaOsei", "Four questions tonight.")
    assert read(LIAR, by="@TomosFrith", kind="reply", above=above).exchange is None


def test_condemning_an_insult_is_none(read):
    above = ("@DenzilBrown", "Ada is a crook.")
    text = "'Crook' is out of order, take it down."
    assert read(text, by="@TomosFrith", kind="reply", above=above).exchange is None
