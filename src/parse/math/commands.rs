//! Names: what the library knows, to suggest, and what it does not, in its own terms.

/// Commands of LaTeX that the library lacks, and what they come to. Where the exact thing has no like in MathML Core, the
/// nearest that reads the same.
pub(super) const ADDED: &[(&str, &str)] = &[
    ("boxed", r"\begin{array}{|c|}\hline{\displaystyle#1}\\\hline\end{array}"),
    ("dotsb", r"\cdots"),
    ("dotsm", r"\cdots"),
    ("dotsi", r"\cdots"),
    ("dotsc", r"\ldots"),
    ("dotso", r"\ldots"),
    ("iddots", r"⋰"),
    ("sgn", r"\operatorname{sgn}"),
    ("pmb", r"\boldsymbol{#1}"),
    ("widetilde", r"\tilde{#1}"),
    ("pod", r"\quad(#1)"),
    ("smash", r"{#1}"),
    ("relax", r"{}"),
    ("strut", r"{}"),
    ("centerdot", r"\cdot"),
    ("shortmid", r"\mid"),
    ("shortparallel", r"\parallel"),
    ("smallsetminus", r"\setminus"),
    ("smallint", r"\int"),
    ("smallsmile", r"\smile"),
    ("smallfrown", r"\frown"),
    ("varpropto", r"\propto"),
    ("thickapprox", r"\approx"),
    ("thicksim", r"\sim"),
    ("lparen", r"("),
    ("rparen", r")"),
    ("euro", r"\text{€}"),
    ("permil", r"\text{‰}"),
    ("diameter", r"⌀"),
    ("mapsfrom", r"↤"),
    ("nobreakspace", r"~"),
    ("set", r"\{#1\}"),
    ("Set", r"\left\{#1\right\}"),
    ("Braket", r"\left\langle#1\right\rangle"),
    ("mathnormal", r"{#1}"),
    ("mathbfit", r"\boldsymbol{#1}"),
    ("rlap", r"{#1}"),
    ("llap", r"{#1}"),
];

/// The environments.
pub(super) const ENVIRONMENTS: &[&str] = &[
    "Bmatrix",
    "Vmatrix",
    "align",
    "align*",
    "alignat",
    "aligned",
    "alignedat",
    "array",
    "bmatrix",
    "cases",
    "darray",
    "dcases",
    "drcases",
    "equation",
    "equation*",
    "gather",
    "gather*",
    "gathered",
    "matrix",
    "multline",
    "pmatrix",
    "rcases",
    "smallmatrix",
    "split",
    "subarray",
    "vmatrix",
];

/// The colours that are usual in LaTeX; the library knows those of `dvipsnames` too.
pub(super) const COLORS: &[&str] = &[
    "black",
    "blue",
    "brown",
    "cyan",
    "darkgray",
    "gray",
    "green",
    "lightgray",
    "lime",
    "magenta",
    "olive",
    "orange",
    "pink",
    "purple",
    "red",
    "teal",
    "violet",
    "white",
    "yellow",
];

/// How many arguments a command needs, as far as that is known.
pub(super) fn arguments(name: &str) -> usize {
    match name {
        "prescript" => 3,
        _ if OF_TWO.binary_search(&name).is_ok() => 2,
        _ if OF_ONE.binary_search(&name).is_ok() => 1,
        _ => 0,
    }
}

/// The commands without their backslash, by name.
pub(super) fn known() -> impl Iterator<Item = &'static str> {
    KNOWN.split_ascii_whitespace().chain(ADDED.iter().map(|(name, _)| *name))
}

/// In order.
const OF_TWO: &[&str] =
    &["binom", "cfrac", "dbinom", "dfrac", "frac", "overset", "sideset", "stackrel", "tbinom", "tfrac", "underset"];

/// In order.
const OF_ONE: &[&str] = &[
    "Bbb",
    "Big",
    "Bigg",
    "Biggl",
    "Biggm",
    "Biggr",
    "Bigl",
    "Bigm",
    "Bigr",
    "Bra",
    "Ket",
    "Overrightarrow",
    "acute",
    "bar",
    "bcancel",
    "big",
    "bigg",
    "biggl",
    "biggm",
    "biggr",
    "bigl",
    "bigm",
    "bigr",
    "bm",
    "bold",
    "boldsymbol",
    "boxed",
    "bra",
    "braket",
    "breve",
    "cancel",
    "check",
    "color",
    "cramped",
    "ddddot",
    "dddot",
    "ddot",
    "dot",
    "emph",
    "frak",
    "grave",
    "hat",
    "hphantom",
    "hspace",
    "ket",
    "llparenthesis",
    "mathbb",
    "mathbf",
    "mathbin",
    "mathcal",
    "mathclose",
    "mathfrak",
    "mathinner",
    "mathit",
    "mathop",
    "mathopen",
    "mathord",
    "mathpunct",
    "mathrel",
    "mathring",
    "mathrm",
    "mathscr",
    "mathsf",
    "mathtt",
    "mspace",
    "not",
    "operatorname",
    "operatornamewithlimits",
    "overbrace",
    "overbracket",
    "overgroup",
    "overleftarrow",
    "overleftharpoon",
    "overleftrightarrow",
    "overline",
    "overparen",
    "overrightarrow",
    "overrightharpoon",
    "phantom",
    "pmb",
    "pmod",
    "pod",
    "rrparenthesis",
    "slashed",
    "sqrt",
    "symbf",
    "tag",
    "textbf",
    "textit",
    "textrm",
    "textsc",
    "textsf",
    "texttt",
    "tilde",
    "underbar",
    "underbrace",
    "underbracket",
    "undergroup",
    "underleftarrow",
    "underleftrightarrow",
    "underline",
    "underparen",
    "underrightarrow",
    "vec",
    "vphantom",
    "widehat",
    "widetilde",
    "xLeftarrow",
    "xLeftrightarrow",
    "xRightarrow",
    "xcancel",
    "xhookleftarrow",
    "xhookrightarrow",
    "xleftarrow",
    "xleftharpoondown",
    "xleftharpoonup",
    "xleftrightarrow",
    "xleftrightharpoons",
    "xlongequal",
    "xmapsto",
    "xrightarrow",
    "xrightharpoondown",
    "xrightharpoonup",
    "xrightleftharpoons",
    "xtofrom",
    "xtwoheadleftarrow",
    "xtwoheadrightarrow",
];

const KNOWN: &str = "\
     AA AE Alpha And Bbb Bbbk Beta Big Bigg Biggl Biggm Biggr Bigl Bigm Bigr Box Bra Bumpeq Cap Chi Colonapprox \
     Colondash Coloneq Coloneqq Colonsim Complex Cup Dagger Darr Dashcolon Delta Diamond Doteq Downarrow Epsilon \
     Eqcolon Eqqcolon Eta Finv Game Gamma H Harr Huge Im Iota Join Kappa Ket L LARGE Lambda Large Larr Leftarrow \
     Leftrightarrow Lleftarrow Longleftarrow Longleftrightarrow Longrightarrow Lrarr Lsh Mu N Nu O OE Omega Omicron \
     Overrightarrow P Phi Pi Pr Psi R Rarr Re Reals Rho Rightarrow Rrightarrow Rsh S Sigma Simcolon Subset Supset \
     Tau Theta Uarr Uparrow Updownarrow Upsilon VDash Vdash Vert Vvdash Xi Yleft Yright Z Zeta aa acute ae alef \
     alefsym aleph alpha amalg angle approx approxcolon approxcoloncolon approxeq arccos arceq arcsin arctan arg \
     argmax argmin ascnode ast asymp atop awint backepsilon backprime backsim backsimeq backslash bar barwedge \
     bcancel because begin beta beth between bf big bigcap bigcirc bigcup bigcupdot bigdoublevee bigdoublewedge \
     bigg biggl biggm biggr bigl bigm bigodot bigoplus bigotimes bigr bigsqcap bigsqcup bigstar bigtimes \
     bigtriangledown bigtriangleup biguplus bigvee bigwedge binom blacklozenge blacksquare blacktriangle \
     blacktriangledown blacktriangleleft blacktriangleright bm bmod bold boldsymbol bot botdoteq bowtie boxdot \
     boxminus boxplus boxtimes bra brace brack braket breve bull bullet bumpeq c cal cancel cap cdot cdotp cdots \
     cfrac check checkmark chi choose circ circeq circlearrowleft circlearrowright circledR circledS circledast \
     circledcirc circleddash cirfnint clubs clubsuit cnums colon colonapprox coloncolon coloncolonapprox \
     coloncolonequals coloncolonminus coloncolonsim colondash coloneq coloneqq colonequals colonminus colonsim \
     color complement cong coprod copyright cos cosh cot coth cramped csc cup curlyeqprec curlyeqsucc curlyvee \
     curlywedge curvearrowleft curvearrowright dArr dag dagger daleth darr dashcolon dashleftarrow dashrightarrow \
     dashv dbinom dblcolon ddag ddagger ddddot dddot ddot ddots deg degree delta det dfrac diagdown diagup diamond \
     diamonds diamondsuit digamma dim displaylimits displaystyle div divideontimes dot doteq doteqdot dotplus dots \
     dotsminusdots doublebarwedge doublecap doublecup downarrow downdownarrows downharpoonleft downharpoonright ell \
     emph empty emptyset end enspace epsilon eqcirc eqcolon eqdef eqqcolon eqref eqsim eqslantgtr eqslantless \
     equalscolon equalscoloncolon equiv eta eth exist exists exp fallingdotseq fcmp fint flat footnotesize forall \
     frac frak frown gamma gcd ge genfrac geq geqq geqslant gets gg ggg gggtr gimel gnapprox gneq gneqq gnsim grave \
     gt gtrapprox gtrdot gtreqless gtreqqless gtrless gtrsim gvertneqq hArr harr hat hbar hdashline hearts \
     heartsuit hline hom hookleftarrow hookrightarrow hphantom hskip hslash hspace huge i idotsint iff iiiint iiint \
     iint image imageof imath impliedby implies in inf infin infty injlim int intBar intbar intclockwise intercal \
     iota isin it j jmath kappa ker kern kernelcontraction ket l lAngle lArr lBrace lVert label lambda land lang \
     langle large larr lbrace lbrack lceil ldotp ldots le leadsto left leftarrow leftarrowtail leftharpoondown \
     leftharpoonup leftleftarrows leftrightarrow leftrightarrows leftrightharpoons leftrightsquigarrow \
     leftthreetimes leq leqq leqslant lessapprox lessdot lesseqgtr lesseqqgtr lessgtr lesssim lfloor lg lgroup lhd \
     lightning lim liminf limits limsup ll llangle llbracket llcorner lll llless llparenthesis lmoustache ln \
     lnapprox lneq lneqq lnot lnsim log longleftarrow longleftrightarrow longmapsto longrightarrow looparrowleft \
     looparrowright lor lozenge lq lrArr lrarr lrcorner lt ltimes lvert lvertneqq maltese mapsto mathbb mathbf \
     mathbin mathcal mathclose mathfrak mathinner mathit mathop mathopen mathord mathpunct mathrel mathring mathrm \
     mathscr mathsf mathsterling mathstrut mathtt max measeq measuredangle medspace mho mid middle min minuscolon \
     minuscoloncolon minuso mkern mod models mp mskip mspace mu multimap nLeftarrow nLeftrightarrow nRightarrow \
     nVDash nVdash nabla natnums natural ncong ne nearrow neg negmedspace negthickspace negthinspace neq nequiv \
     newline nexists ngeq ngeqq ngeqslant ngtr ngtrless ngtrsim ni nleftarrow nleftrightarrow nleq nleqq nleqslant \
     nless nlessgt nlesssim nmid nolimits nonumber normalsize not notag notin notni nparallel nprec npreceq \
     nrightarrow nsim nsubset nsubseteq nsubseteqq nsucc nsucceq nsupset nsupseteq nsupseteqq ntriangleleft \
     ntrianglelefteq ntriangleright ntrianglerighteq nu nvDash nvdash nwarrow o odot oe oiiint oiint oint \
     ointctrclockwise omega omicron ominus operatorname operatornamewithlimits oplus origof oslash otimes over \
     overbrace overbracket overgroup overleftarrow overleftharpoon overleftrightarrow overline overparen \
     overrightarrow overrightharpoon overset owns parallel partial perp phantom phi pi pitchfork plim plusmn pm \
     pmod pounds prec precapprox preccurlyeq preceq precnapprox precneqq precnsim precsim prescript prime prod \
     projlim propto psi qquad quad questeq r rAngle rArr rBrace rVert rang rangle rarr ratio rbrace rbrack rceil \
     real reals restriction rfloor rgroup rhd rho right rightarrow rightarrowtail rightharpoondown rightharpoonup \
     rightleftarrows rightleftharpoons rightrightarrows rightsquigarrow rightthreetimes risingdotseq rm rmoustache \
     rq rrangle rrbracket rrparenthesis rtimes rupee rvert scriptscriptstyle scriptsize scriptstyle searrow sec \
     sect setminus sf sharp sideset sigma sim simcolon simcoloncolon simeq sin sinh sixptsize slashed small smile \
     sout space spades spadesuit sphericalangle sqcap sqcup sqrt sqsubset sqsubseteq sqsupset sqsupseteq square ss \
     stackrel star stareq sub sube subset subseteq subseteqq subsetneq subsetneqq substack succ succapprox \
     succcurlyeq succeq succnapprox succneqq succnsim succsim sum sumint sup supe supset supseteq supseteqq \
     supsetneq supsetneqq surd swarrow symbf tag tan tanh tau tbinom text textasciicircum textbackslash textbar \
     textbardbl textbf textbraceleft textbraceright textdagger textdaggerdbl textdegree textdollar textellipsis \
     textemdash textendash textgreater textit textless textquotedblleft textquotedblright textquoteleft \
     textquoteright textregistered textrm textsc textsf textsterling textstyle texttt textunderscore textyen tfrac \
     therefore theta thetasym thickspace thinspace tilde times tiny to top triangle triangledown triangleleft \
     trianglelefteq triangleq triangleright trianglerighteq tt twoheadleftarrow twoheadrightarrow u uArr uarr \
     ulcorner underbar underbrace underbracket undergroup underleftarrow underleftrightarrow underline underparen \
     underrightarrow underset unlhd unrhd uparrow updownarrow upharpoonleft upharpoonright uplus upsilon upuparrows \
     urcorner v vDash varDelta varGamma varLambda varOmega varPhi varPi varPsi varSigma varTheta varUpsilon varXi \
     varepsilon varkappa varnothing varointclockwise varphi varpi varrho varsigma varsubsetneq varsubsetneqq \
     varsupsetneq varsupsetneqq vartheta vartriangle vartriangleleft vartriangleright vcentcolon vdash vdots vec \
     vee veebar veeeq vert vertoverlay vphantom wedge wedgeq weierp widehat wp wr xLeftarrow xLeftrightarrow \
     xRightarrow xcancel xhookleftarrow xhookrightarrow xi xleftarrow xleftharpoondown xleftharpoonup \
     xleftrightarrow xleftrightharpoons xlongequal xmapsto xrightarrow xrightharpoondown xrightharpoonup \
     xrightleftharpoons xtofrom xtwoheadleftarrow xtwoheadrightarrow yen zeta";
