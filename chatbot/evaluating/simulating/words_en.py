"""How English-speaking shoppers put things. Data: templates by act, with `[this|that|]` for free choices and `{slots}`.

WISHES: by kind of wish and by form: adjunct (after the kind of thing), sentence (on its own), fragment (in keywords),
critique (about items that break it). Knows no shop.
"""

__all__ = ["ASIDES", "SAYINGS", "SYNONYMS", "WISHES"]

WISHES: dict[str, dict[str, tuple[str, ...]]] = {
    "budget": {
        "adjunct": (" under {price}", " below {price}", " for less than {price}", " up to {price}", " for no more than {price}", " within {price}", ", max {price}", ", {price} max", ", {price} at most", " that costs at most {price}", ", budget {price}"),
        "sentence": ("[My b|B]udget is {price}[ tops| max|]", "I can spend [up to|at most|no more than] {price}", "It [shouldn't|must not|can't] cost more than {price}", "I don't want to [pay|spend] more than {price}", "{price} is [my limit|the most I'd pay|as far as I'd go]", "[Nothing|Please nothing] over {price}", "I've got {price} to spend, [not more|no more than that]", "It has to stay under {price}", "[Anything|As long as it's] under {price} is fine"),
        "fragment": ("under {price}", "max {price}", "<{price}", "up to {price}", "budget {price}", "{price} max", "{price} tops", "below {price}", "less than {price}"),
        "critique": ("[Too expensive|That's too much|Those are too dear|Out of my budget|Over my budget|Bit steep], [max|at most|no more than|under] {price}[ please|]", "[Can we stay|Stay|Keep it] under {price}[ please|?|]", "[Hmm |Oh |]that's more than I want to spend[,|.] {price} [max|tops|is my limit]", "I [can't|won't|don't want to] [go|pay] [over|above|more than] {price}", "[anything|something] [under|below] {price}?", "I should have said: [my budget is|not more than|at most] {price}"),
    },
    "brand": {
        "adjunct": (" from {value}", " by {value}", " made by {value}", ", {value} if you have it", ", preferably {value}"),
        "sentence": ("It [should|has to|must] be [a |]{value}", "I [only want|only buy|always buy|swear by|trust] {value}", "[The brand should be|Brand:|I'd like it from] {value}", "{value} please", "I want one from {value}"),
        "fragment": ("{value}", "brand {value}", "by {value}", "{value} only"),
        "critique": ("[Do you have|Have you got|Anything] [one |something |]from {value}?", "I'd [rather have|prefer] [a |]{value}", "[Only|Just] {value}[ please|]", "I [want|was hoping for|meant] one from {value}", "show me [the |]{value} ones"),
    },
    "not_brand": {
        "adjunct": (", not {value}", ", no {value}", ", anything but {value}", " but not from {value}", " that isn't {value}", ", just not {value}"),
        "sentence": ("[Anything but|No|Not] {value}[ please| though|]", "I don't [want|like|trust] {value}", "[Please |]no {value}, [bad experience|mine broke|I had one and it broke]", "Not from {value}", "Just not {value}"),
        "fragment": ("no {value}", "not {value}", "anything but {value}", "except {value}"),
        "critique": ("[Not|No|Anything but|Without] {value}[ please|]", "I don't want [a |anything from |]{value}", "[Something else than|Other brands than] {value}[ please|?|]", "[leave out|skip] {value}[ please|]", "{value} is not for me[, what else|]"),
    },
    "feature": {
        "adjunct": (" with {value}", " that has {value}", " with {value} please", ", {value}"),
        "sentence": ("It [needs|has to have|must have|should have] {value}", "{value} is [a must|important|essential][ for me|]", "I [need|want|really want] {value}", "[It'd better have|Must come with] {value}"),
        "fragment": ("{value}", "with {value}", "w/ {value}", "+ {value}"),
        "critique": ("[Does any of them have|Any with|Do you have one with|Is there one with] {value}?", "[But |]I need {value}", "[It should have|With|It needs] {value}[ please|]", "without {value} it's no use [to me|]"),
    },
    "quality": {
        "adjunct": (" that's {value}", ", {value}", ", must be {value}", " which is {value}"),
        "sentence": ("It [has to|needs to|must|should] be {value}", "[Make sure it's|Please make it] {value}", "{value} is [a must|important]", "I want [one that's|it to be] {value}"),
        "fragment": ("{value}",),
        "critique": ("[Is any of them|Are any of these] {value}?", "[It has to|It should|It must] be {value}", "[But |]I need [one that's|it to be] {value}", "[a |]{value} one[ please|]"),
    },
    "color": {
        "adjunct": (" in {value}", ", {value}", ", in {value} if possible", " in {value} please"),
        "sentence": ("[I'd like it|I want it|It should come|It has to come|Preferably] in {value}", "[The colour should be|Colour:] {value}", "{value} would be [nice|best|great]", "I want a {value} one"),
        "fragment": ("{value}", "in {value}", "{value} one", "colour {value}"),
        "critique": ("[Do you have|Is there|Have you got] [one|something|any of these] in {value}?", "in {value}[ please|?]", "I'd [rather have|prefer] a {value} one", "[But |]I [want|need|wanted] {value}", "[Does it come|Do they come|Anything] in {value}?"),
    },
    "figure": {
        "adjunct": (" with {value} {name}", ", {value} {name}", " with {name} {value}"),
        "sentence": ("[I need|It needs|It should have|I want] {value} {name}", "{name} should be {value}", "{value} [of |]{name} [is a must|please]"),
        "fragment": ("{value} {name}", "{name} {value}"),
        "critique": ("[Any|One|Is there one] with {value} {name}?", "[But |]I need {value} {name}", "{value} {name}[ please|]"),
    },
    "value": {
        "adjunct": (", {value}", ", {name} {value}", " ({value})"),
        "sentence": ("[The |]{name} should be {value}", "I'd like [the {name} to be|it] {value}", "{value}, [please|if possible]", "I want {value} [for the |as ]{name}"),
        "fragment": ("{value}", "{name} {value}", "{name}: {value}"),
        "critique": ("[Is there|Do you have|Anything|Any] [one that's |one with |]{value}?", "[But |]I [want|need|meant] {value}", "[the |]{name} should be {value}", "{value} [please|instead]"),
    },
    "avoid_color": {
        "adjunct": (", not {value}", ", not in {value}", ", anything but {value}", " but no {value} ones"),
        "sentence": ("[Not|Anything but|No] {value}[ please|]", "I don't [like|want] {value}", "[Please |]not in {value}", "[Just |]no {value} ones"),
        "fragment": ("not {value}", "no {value}", "anything but {value}"),
        "critique": ("[Not|Nothing] [in |]{value}[ please|]", "I don't [want|like] {value}", "[not the|no] {value} ones", "[another|a different] colour than {value}?", "anything that's not {value}?"),
    },
    "avoid_value": {
        "adjunct": (", not {value}", ", no {value}", " without {value}"),
        "sentence": ("[Not|No] {value}[ please|]", "I don't want {value}", "[Anything but|Just not] {value}"),
        "fragment": ("no {value}", "not {value}"),
        "critique": ("[Not|No] {value}[ please|]", "I don't want {value}", "anything that's not {value}?", "[something|one] that isn't {value}"),
    },
    "use": {
        "adjunct": (" for {value}", ", it's for {value}", " that's good for {value}", " to use for {value}"),
        "sentence": ("It's [mostly |mainly |]for {value}", "I [want|need] it for {value}", "[We'd|I'd] use it for {value}", "Something [good for|that suits] {value}"),
        "fragment": ("for {value}", "{value}"),
        "critique": ("[It's|They're|I need it] for {value}[, does that work|]", "which [one |]is [best|good] for {value}?", "[mostly|mainly] for {value}"),
    },
}  # fmt: skip

SAYINGS: dict[str, tuple[str, ...]] = {
    "hello": ("[Hi|Hello|Hey|Good morning|Good evening|hi there|Hello there|hey there][!|,|.]", "[Hi|Hello], quick question[.|:]", "[Excuse me|Sorry to bother you],"),
    "lead": ("I'm looking for {a_kind}", "I need {a_kind}", "I want to buy {a_kind}", "I'm after {a_kind}", "looking for {a_kind}", "[do you have|have you got|got] {any_kinds}", "can you [recommend|suggest|find me] {a_kind}", "[show me|let me see] {kinds}", "I'd like {a_kind}", "I could use {a_kind}", "which {kind} would you recommend", "[what|which] {kinds} do you have", "help me [find|pick|choose] {a_kind}", "thinking of getting {a_kind}", "[any|some] {kinds}", "I want {a_kind}", "in the market for {a_kind}", "need to replace my old {kind}, so I want {a_kind}", "time for {a_kind}"),
    "lead_short": ("{kind}", "{kinds}", "{a_kind}", "[need|want|looking for] {a_kind}", "any {kinds}"),
    "story": (
        "We [just |]moved [house |flat |]last month and half our things are still in boxes.", "My [sister|brother|neighbour|colleague] told me about your shop.",
        "I've been going back and forth about this for weeks.", "My old one finally [gave up|died|broke] [yesterday|last week|on Sunday] after years of service.",
        "It's for my [daughter|son|mum|dad|wife|husband|nephew], who is very particular about these things.", "I'm not [great|very good] with shopping online, so bear with me.",
        "I looked at [three|four|a few] other shops already and came away more confused than before.", "My birthday is coming up and I decided to treat myself for once.",
        "To be honest I don't know much about these things.", "Long story short, the last one I bought was a disappointment.",
        "My [boss|flatmate|friend] has one and won't stop talking about it.", "I've finally got a free evening to sort this out.",
    ),
    "filler": (
        "[Anyway|So|Well], [that's about it|what would you say|you know better than me].", "[No rush|Take your time], I'm just browsing for now.", "Hope that makes sense.",
        "I know I talk too much.", "Sorry for the long message.", "What do you think?", "Any [ideas|thoughts|suggestions]?", "Thanks [in advance|a lot].",
    ),
    "more": ("[anything else|any others|what else is there|other options|show me more|more please|something else]?", "[Do you have|Have you got] [any others|anything else|more of these]?", "[can I see|could you show me] [some more|other ones|a few more]?", "what else do you have[?|]", "[next|more]"),
    "refuse": ("[none of these|not these|not quite|nope|no, none of those][, something else|, what else|, try again|]", "[I don't like|don't like|not really a fan of] [these|any of those|them][, anything else|]", "[these|those] [aren't|are not] what I[ had in mind|'m looking for|wanted][, others?|]"),
    "cheaper": ("[too expensive|too pricey|that's a bit much|bit steep|over my budget]", "[something|anything|got anything] cheaper[?| please]", "[cheaper|cheaper ones|less expensive ones][ please|?]", "[Hmm |]do you have [a |]cheaper [one|ones]?", "I'd like to spend less"),
    "again": ("[Let me|Let's] start over[:|.]", "[I'll|Let me] say it again[:|.]", "[Maybe I wasn't clear|Let me rephrase]:", "[Once more|Again][:|,]", "What I want is this:", ""),
    "change": ("[Actually|On second thought|Hmm, actually|Wait|Sorry, changed my mind|You know what]", "[Let me change that|I changed my mind]:", "no wait,", ""),
    "change_budget": ("I can [go|stretch|go up] [up |]to {price}", "[make it|let's say|say] {price}", "I could spend {price}", "{price} would be ok [too|as well|after all]", "[up to|at most] {price} is fine"),
    "change_must": ("in {value} instead", "{value} instead[ please|]", "I'd [rather have|prefer] {value}", "make it {value}", "I'd like {value} after all"),
    "change_kind": ("I'd rather have {a_kind}", "[make it|let's look at] {a_kind}", "I need {a_kind} instead", "show me {kinds} instead", "I think I want {a_kind}"),
    "lift_brand": ("any brand [will do|is fine|works]", "the brand doesn't matter", "[it|that] doesn't have to be {value}", "forget about {value}[, any brand is fine|]", "I don't care about the brand"),
    "no_preference": ("[doesn't matter|no preference|don't mind|not fussed|up to you], just show me [some |]{kinds}", "[I don't know|not sure], what {kinds} do you have?", "[just|any] {kinds}[ please|]", "whatever is [popular|good], show me {kinds}"),
    "answer": ("{said}", "[well|hmm|oh], {said}", "{said} [I guess|please|]"),
    "take_place": ("I'll take [the |]{place} [one|]", "[the |]{place}[ one|] please", "[let's go with|I'll go for|I want|I'd like|gimme] the {place} [one|]", "the {place} one [looks good|is perfect|sounds right], I'll [take|buy] it", "[ok|great|nice], [the |]{place} [one |]it is", "add the {place} [one |]to my [cart|basket]", "I'll buy the {place} one"),
    "take_title": ("I'll take the {title}", "the {title} please", "[let's go with|I'll go for|I'd like to buy] the {title}", "add the {title} to my [cart|basket]", "[ok|great], the {title}[,| then,] I'll take it"),
    "take_only": ("I'll take it", "[ok|great|perfect|good], I'll take [it|that one|this one]", "[that's the one|this one is good], I'll buy it", "[add it|put it|put that] [to|in] my [cart|basket]", "sold, I'll take it"),
    "details": ("tell me more about the {place} [one|]", "[what's|is there anything] special about the {place}[ one|]?", "[what can you tell me|what do I need to know] about the {place} one?", "how heavy is the {place} one?", "[what colours does|which colours does] the {place} [one |]come in?"),
    "compare": ("[what's the difference|how do they differ] between the first and the second?", "[compare|can you compare] the first two[?| please]", "first or second, which [one |]is better?"),
    "why": ("why [this|that] one?", "why [do you recommend|did you pick] the {place}[ one|]?", "what makes you pick the {place} one?"),
    "next": ("[I also need|And I also want|Next I need|One more thing, I need|Then I'm looking for] {a_kind}", "[also|and also] {a_kind}", "now {a_kind}"),
    "thanks": ("[thanks|thank you|cheers|ta|great, thanks][!|]", "[thanks|thank you] [a lot|so much|for the help]", "[that's all|that'll be all], [thanks|thank you]"),
    "tired": ("[never mind|forget it|ok, I'll look elsewhere|this isn't working][, bye|]", "I'll [think about it|try another shop][, bye|]"),
}  # fmt: skip

ASIDES: dict[str, tuple[str, ...]] = {
    "returns": ("[by the way, |]can I [return|send back] [it|something] if I don't like it?", "[what's your|how does your] return policy[ work|]?", "what if it doesn't [suit me|work out], can I send it back?", "[can I|am I able to] bring it back?", "how long do I have to return [it|things]?"),
    "return_cost": ("who pays for the return [shipping|postage]?", "does it cost [anything|something] to return [it|things]?", "[is|are] returns free?"),
    "refunds": ("how long does a refund take?", "when do I get my money back after a return?", "how do refunds work?"),
    "shipping": ("[what does|how much is] shipping[ cost|]?", "[is|do you have] free shipping?", "how much is delivery?", "what are the delivery costs?"),
    "delivery_time": ("how [fast|quickly] [do you deliver|would it arrive]?", "how long does delivery take?", "when would it get here if I order [now|today]?", "will it [be here|arrive] within [two|three|a few] days?"),
    "warranty": ("[how long is|what about] the warranty[?|]", "is there a [warranty|guarantee][ on these|]?", "what if it breaks after [a year|six months|a few months]?", "do these come with a [warranty|guarantee]?"),
    "payment": ("[how can I pay|what payment methods do you take|which cards do you accept]?", "can I pay [by card|with a credit card]?", "what are the ways to pay?"),
    "invoice": ("can I get an invoice?", "do you [issue|give] invoices?", "I'd need an invoice, is that possible?"),
    "price_match": ("[if it gets cheaper|if the price drops] [after I buy|next week], do I get the difference back?", "do you [price match|have a price guarantee|match prices]?"),
    "store_hours": ("[when|what time] [are you open|does the store open]?", "what are your opening hours?", "are you open on [Sunday|Saturday]s?"),
    "gift_wrap": ("can you [gift[-| ]wrap it|wrap it as a gift|wrap it up as a present]?", "do you [do|offer] gift wrapping?"),
}  # fmt: skip

SYNONYMS: dict[str, tuple[str, ...]] = {
    "noise cancelling": ("noise cancelling", "noise-cancelling", "noise cancellation", "ANC", "active noise cancelling"),
    "grey": ("grey", "gray"), "multicolor": ("multicolour", "colourful"), "waterproof": ("waterproof", "water-proof", "rain proof"),
    "wired": ("wired", "with a cable"), "Bluetooth": ("Bluetooth", "bluetooth"), "keep warm": ("keep warm", "a keep-warm function"),
    "temperature control": ("temperature control", "adjustable temperature", "variable temperature"), "stainless steel": ("stainless steel", "steel", "stainless"),
    "dishwasher safe": ("dishwasher safe", "dishwasher-safe", "ok in the dishwasher"), "gps": ("GPS", "gps"), "pen support": ("pen support", "stylus support"),
    "milk frother": ("milk frother", "a milk frother", "frother"), "grinder": ("grinder", "a grinder", "a built-in grinder"), "built-in cable": ("built-in cable", "a built-in cable", "integrated cable"),
    "in-ear": ("in-ear", "in ear"), "over-ear": ("over-ear", "over ear"), "non-stick": ("non-stick", "nonstick", "non stick"), "hardcover": ("hardcover", "hardback"),
    "leakproof": ("leakproof", "leak-proof", "leak proof"), "height adjustable": ("height adjustable", "height-adjustable"), "SIM card": ("SIM card", "a SIM slot", "sim card"),
}  # fmt: skip
"""What people call a value or a feature beside the catalogue's word, which stays one of the choices."""
