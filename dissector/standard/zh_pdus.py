"""Simplified Chinese for the texts of `pdus.py`, `problems.py`, `application_information.py` and of the decoder.

Strategy: keyed by the English text, as in `zh_commands.py`: a text written twice is translated once. Terms are those of
the project's glossary, the ones of its origin first; a PDU keeps its identifier beside the translation, and AE, SOP,
SCU, SCP, UID and names of attributes are left as they are. Blanks in braces have the same names on both sides.
A test asks for a translation of every text and for a use of every translation.

Source: two Chinese posts of 2016 on DICOM PDUs for the terms they use, our own choice for the rest.
"""

from __future__ import annotations

_UID = "a UID is digits and dots, at most 64 characters, no component with a leading zero, never padded here"
_UID_ZH = "UID由数字和点组成，最长64个字符，各分量无前导零，此处从不填充"

# fmt: off
ZH: dict[str, str] = {
    # PDUs
    "A-ASSOCIATE-RQ": "连接建立请求PDU（A-ASSOCIATE-RQ）",
    "Opens an association: says who calls whom and proposes what could be exchanged, and how.":
        "发起关联：说明谁调用谁，并提议可以交换什么以及如何交换。",
    "exactly one, the first PDU of an association": "恰好一个，是关联的第一个PDU",
    "PDU-type": "类型标识（PDU类型）",
    "Says which of the seven PDUs this is.": "说明这是七种PDU中的哪一种。",
    "A-ASSOCIATE-AC": "连接建立接受PDU（A-ASSOCIATE-AC）",
    "A-ASSOCIATE-RJ": "连接建立拒绝PDU（A-ASSOCIATE-RJ）",
    "P-DATA-TF": "数据传输PDU（P-DATA-TF）",
    "A-RELEASE-RQ": "连接释放请求PDU（A-RELEASE-RQ）",
    "A-RELEASE-RP": "连接释放响应PDU（A-RELEASE-RP）",
    "A-ABORT": "异常终止PDU（A-ABORT）",
    "Reserved": "保留",
    "Kept for later use: sent as zero, and the receiver does not test it.": "留作将来使用：发送时为零，接收方不检查。",
    "PDU-length": "PDU长度",
    "Counts the bytes that follow this field, to the end of the PDU.": "此字段之后直到PDU末尾的字节数。",
    "Protocol-version": "协议版本",
    "Bit 0 set means version 1 of the protocol, the only one; receivers test this bit alone.":
        "第0位为1表示协议版本1，也是唯一的版本；接收方只检查这一位。",
    "version 1": "版本1",
    "not version 1": "不是版本1",
    "not supported": "不支持",
    "supported": "支持",
    "Called-AE-title": "被调用实体名称",
    "The name of the application that is called, 16 characters filled up with spaces; all spaces is not allowed.":
        "被调用应用实体的名称，16个字符，不足以空格填充；不允许全为空格。",
    "Calling-AE-title": "调用实体名称",
    "The name of the application that calls, 16 characters filled up with spaces; all spaces is not allowed.":
        "发起调用的应用实体的名称，16个字符，不足以空格填充；不允许全为空格。",
    "Variable items": "可变条目",
    "One application context, one or more presentation contexts, one user information item.":
        "一个应用环境条目、一个或多个表示环境条目、一个用户信息条目。",
    "Accepts the association and answers each proposed presentation context.": "接受关联，并逐一答复所提议的表示环境。",
    "at most one, the answer to an A-ASSOCIATE-RQ": "至多一个，是对A-ASSOCIATE-RQ的答复",
    "Reserved (Called-AE-title sent back)": "保留（回送被调用实体名称）",
    "Repeats the called AE title of the request; the receiver does not test it.":
        "重复请求中的被调用实体名称；接收方不检查。",
    "Reserved (Calling-AE-title sent back)": "保留（回送调用实体名称）",
    "Repeats the calling AE title of the request; the receiver does not test it.":
        "重复请求中的调用实体名称；接收方不检查。",
    "Repeats the same bytes of the request; the receiver does not test them.":
        "重复请求中相同位置的字节；接收方不检查。",
    "One application context, one answer per proposed presentation context, one user information item.":
        "一个应用环境条目、对每个所提议的表示环境各一个答复、一个用户信息条目。",
    "Refuses the association: says whether for good or for now, which part refused, and why.":
        "拒绝关联：说明是永久还是暂时拒绝、由哪一部分拒绝以及原因。",
    "Counts the bytes that follow this field, to the end of the PDU: always 4 in this PDU.":
        "此字段之后直到PDU末尾的字节数：在此PDU中总是4。",
    "Result": "结果",
    "Whether trying again later can help.": "稍后重试是否可能成功。",
    "rejected-permanent": "永久拒绝",
    "rejected-transient": "暂时拒绝",
    "Source": "来源",
    "Which part of the other side refused.": "由对方的哪一部分拒绝。",
    "DICOM UL service-user": "DICOM上层服务用户",
    "DICOM UL service-provider (ACSE related function)": "DICOM上层服务提供者（ACSE相关功能）",
    "DICOM UL service-provider (Presentation related function)": "DICOM上层服务提供者（表示层相关功能）",
    "Reason/Diag.": "原因/诊断",
    "Why it refused; what the number means depends on Source.": "拒绝的原因；数值的含义取决于来源。",
    "no-reason-given": "未给出原因",
    "application-context-name-not-supported": "不支持的应用环境名称",
    "calling-AE-title-not-recognized": "无法识别的调用实体名称",
    "reserved": "保留",
    "called-AE-title-not-recognized": "无法识别的被调用实体名称",
    "protocol-version-not-supported": "不支持的协议版本",
    "temporary-congestion": "暂时拥塞",
    "local-limit-exceeded": "超出本地限制",
    "Carries pieces of DIMSE messages: command sets and data sets, cut into presentation data values.":
        "承载DIMSE消息的片段：命令集和数据集被切分成若干表示数据值。",
    "any number, once the association is accepted": "关联被接受后，数量不限",
    "Presentation-data-value Item(s)": "表示数据值条目",
    "One or more presentation data values, all of the same DICOM message.":
        "一个或多个表示数据值，均属于同一DICOM消息。",
    "Asks to end the association in good order.": "请求正常结束关联。",
    "at most one per side": "每方至多一个",
    "Agrees to end the association; the requestor then closes the connection.":
        "同意结束关联；随后由请求方关闭连接。",
    "Ends the association at once; what was under way is lost.": "立即终止关联；正在进行的内容丢失。",
    "at most one per side; it ends the association": "每方至多一个；关联由此终止",
    "Which part of the sender aborted.": "由发送方的哪一部分中止。",
    "DICOM UL service-user (initiated abort)": "DICOM上层服务用户（发起中止）",
    "DICOM UL service-provider (initiated abort)": "DICOM上层服务提供者（发起中止）",
    "Why; it means something only when Source is 2, else it is sent as zero and not tested.":
        "中止的原因；仅当来源为2时有意义，否则发送时为零且不检查。",
    "not significant": "无意义",
    "reason-not-specified": "未说明原因",
    "unrecognized-PDU": "无法识别的PDU",
    "unexpected-PDU": "意外的PDU",
    "unrecognized-PDU parameter": "无法识别的PDU参数",
    "unexpected-PDU parameter": "意外的PDU参数",
    "invalid-PDU-parameter value": "无效的PDU参数值",

    # Items of an association
    "Application Context Item": "应用环境条目",
    "Names the application context, that is, DICOM itself.": "给出应用环境的名称，即DICOM本身。",
    "exactly one": "恰好一个",
    "Item-type": "类型标识（条目类型）",
    "Says which item or sub-item this is.": "说明这是哪一种条目或子条目。",
    "Item-length": "条目长度",
    "Counts the bytes that follow this field, to the end of the item.": "此字段之后直到条目末尾的字节数。",
    "Application-context-name": "应用环境名称",
    "Always 1.2.840.10008.3.1.1.1, the only name DICOM registers (PS3.7 A.2.1).":
        "总是1.2.840.10008.3.1.1.1，即DICOM注册的唯一名称（PS3.7 A.2.1）。",
    "Presentation Context Item": "表示环境条目",
    "Proposes one kind of exchange: a service (abstract syntax) and the encodings offered for it.":
        "提议一种交换方式：一项服务（抽象语法）以及可供选择的编码方式（传输语法）。",
    "one or more": "一个或多个",
    "Presentation-context-ID": "表示环境ID",
    "The number both sides use for this context: odd, 1 to 255, used once in a request.":
        "双方用来指称此表示环境的编号：1至255之间的奇数，在一个请求中只使用一次。",
    "Abstract/Transfer Syntax Sub-Items": "抽象语法/传输语法子条目",
    "One abstract syntax, then one or more transfer syntaxes.": "先是一个抽象语法，然后是一个或多个传输语法。",
    "Abstract Syntax Sub-Item": "抽象语法子条目",
    "Names the service that the context is for.": "给出此表示环境所用于的服务。",
    "Abstract-syntax-name": "抽象语法名称",
    f"The SOP Class or Meta SOP Class, by its UID; {_UID}.": f"SOP类或元SOP类的UID；{_UID_ZH}。",
    "Transfer Syntax Sub-Item": "传输语法子条目",
    "Offers one encoding for the data sets of this context.": "为此表示环境的数据集提供一种可选的编码方式。",
    "Transfer-syntax-name(s)": "传输语法名称",
    f"The encoding offered, by its UID; one name per sub-item; {_UID}.":
        f"可供选择的编码方式的UID；每个子条目一个名称；{_UID_ZH}。",
    "Answers one proposed presentation context.": "答复一个所提议的表示环境。",
    "one per proposed context, in any order": "每个所提议的表示环境一个，顺序不限",
    "The number of the proposed context that this answers: odd, 1 to 255.":
        "所答复的提议表示环境的编号：1至255之间的奇数。",
    "Result/Reason": "结果/原因",
    "Whether the context may be used, and if not, why.": "此表示环境可否使用；若不可，说明原因。",
    "acceptance": "接受",
    "user-rejection": "用户拒绝",
    "no-reason (provider rejection)": "无原因（提供者拒绝）",
    "abstract-syntax-not-supported (provider rejection)": "不支持的抽象语法（提供者拒绝）",
    "transfer-syntaxes-not-supported (provider rejection)": "不支持的传输语法（提供者拒绝）",
    "The one encoding chosen; when the context is refused it means nothing and is not tested.":
        "所选定的唯一编码方式；表示环境被拒绝时无意义，不检查。",
    "Names the encoding that the acceptor chose.": "给出接受方选定的编码方式。",
    "exactly one; without meaning in a refused context": "恰好一个；在被拒绝的表示环境中无意义",
    "Transfer-syntax-name": "传输语法名称",
    f"The encoding chosen, by its UID: one of those offered; {_UID}.":
        f"选定的编码方式的UID：必须是所提供的之一；{_UID_ZH}。",
    "User Information Item": "用户信息条目",
    "Holds what the requestor tells about itself and asks for, one sub-item each.":
        "请求方关于自身的说明及其请求，每项一个子条目。",
    "User-data": "用户数据",
    "Sub-items in any order; unknown ones are skipped.": "子条目，顺序不限；未知的子条目被跳过。",
    "Holds what the acceptor tells about itself and grants, one sub-item each.":
        "接受方关于自身的说明及其许可，每项一个子条目。",

    # Sub-items 51H to 59H
    "Maximum Length Sub-Item": "最大长度子条目",
    "Says how long a P-DATA-TF PDU the sender of this item can take.": "说明此条目的发送方能接收多长的P-DATA-TF PDU。",
    "Counts the bytes that follow this field, to the end of the item: always 4 here.":
        "此字段之后直到条目末尾的字节数：此处总是4。",
    "Maximum-length-received": "最大接收长度",
    "The largest PDU-length of the P-DATA-TF PDUs that the acceptor may send to this side; 0 means no limit.":
        "接受方可向本方发送的P-DATA-TF PDU的最大PDU长度；0表示不限。",
    "The largest PDU-length of the P-DATA-TF PDUs that the requestor may send to this side; 0 means no limit.":
        "请求方可向本方发送的P-DATA-TF PDU的最大PDU长度；0表示不限。",
    "Implementation Class UID Sub-Item": "实行体类UID子条目",
    "Identifies the software of the sender.": "标识发送方的软件。",
    "Implementation-class-uid": "实行体类UID",
    f"A UID that the maker of the software chose; {_UID}.": f"软件制造者选定的UID；{_UID_ZH}。",
    "Implementation Version Name Sub-Item": "实行体版本子条目",
    "Names the version of the sender's software.": "给出发送方软件的版本名称。",
    "at most one": "至多一个",
    "Implementation-version-name": "实行体版本名称",
    "1 to 16 characters that the maker of the software chose.": "软件制造者选定的1至16个字符。",
    "Asynchronous Operations Window Sub-Item": "异步操作窗口子条目",
    "Says how many operations may be under way at once; without it, one.":
        "说明可同时进行多少个操作；没有此子条目时为一个。",
    "Maximum-number-operations-invoked": "最大可调用操作数",
    "How many operations the requestor would like to have open at once; 0 means any number.":
        "请求方希望可同时有多少个未完成的操作；0表示不限。",
    "Maximum-number-operations-performed": "最大可执行操作数",
    "How many operations the acceptor would like to have open at once; 0 means any number.":
        "接受方希望可同时有多少个未完成的操作；0表示不限。",
    "How many operations the requestor may have open at once; 0 means any number.":
        "请求方可同时有多少个未完成的操作；0表示不限。",
    "How many operations the acceptor may have open at once; 0 means any number.":
        "接受方可同时有多少个未完成的操作；0表示不限。",
    "SCP/SCU Role Selection Sub-Item": "SCP/SCU角色选择子条目",
    "Settles who plays which role for a SOP Class; without it the requestor is SCU and the acceptor SCP.":
        "商定双方在某个SOP类中的角色；没有此子条目时，请求方为SCU，接受方为SCP。",
    "at most one per SOP Class": "每个SOP类至多一个",
    "UID-length": "UID长度",
    "Counts the bytes of the next field.": "下一字段的字节数。",
    "SOP-class-uid": "SOP类UID",
    f"The SOP Class or Meta SOP Class that the roles are for; {_UID}.":
        f"所商定的角色适用的SOP类或元SOP类；{_UID_ZH}。",
    "SCU-role": "SCU角色",
    "Whether the requestor is to be SCU.": "请求方是否担任SCU。",
    "requestor does not support the SCU role": "请求方不支持SCU角色",
    "requestor supports the SCU role": "请求方支持SCU角色",
    "SCP-role": "SCP角色",
    "Whether the requestor is to be SCP.": "请求方是否担任SCP。",
    "requestor does not support the SCP role": "请求方不支持SCP角色",
    "requestor supports the SCP role": "请求方支持SCP角色",
    "acceptor rejects the proposed SCU role": "接受方拒绝SCU角色提议",
    "acceptor accepts the proposed SCU role": "接受方接受SCU角色提议",
    "acceptor rejects the proposed SCP role": "接受方拒绝SCP角色提议",
    "acceptor accepts the proposed SCP role": "接受方接受SCP角色提议",
    "SOP Class Extended Negotiation Sub-Item": "SOP类扩展协商子条目",
    "Settles details of one SOP Class in a form that its service class defines.":
        "按服务类规定的格式商定某个SOP类的细节。",
    "SOP-class-uid-length": "SOP类UID长度",
    f"The SOP Class that the details are for; {_UID}.": f"这些细节适用的SOP类；{_UID_ZH}。",
    "Service-class-application-information": "服务类应用信息",
    "Details whose form and meaning the service class defines (PS3.4).":
        "细节信息，其格式和含义由服务类规定（PS3.4）。",
    "SOP Class Common Extended Negotiation Sub-Item": "SOP类通用扩展协商子条目",
    "Tells to which service class a SOP Class belongs and which more general classes it can be taken for.":
        "说明某个SOP类属于哪个服务类，以及可当作哪些更通用的SOP类处理。",
    "at most one per SOP Class, in the A-ASSOCIATE-RQ only": "每个SOP类至多一个，仅出现在A-ASSOCIATE-RQ中",
    "Sub-Item-version": "子条目版本",
    "The version of this sub-item's layout: 0. The only item whose second byte is not reserved.":
        "此子条目格式的版本：0。这是唯一一种第二字节不是保留字节的条目。",
    f"The SOP Class that this is about; {_UID}.": f"此子条目所涉及的SOP类；{_UID_ZH}。",
    "Service-class-uid-length": "服务类UID长度",
    "Service-class-uid": "服务类UID",
    f"The service class that the SOP Class belongs to; {_UID}.": f"该SOP类所属的服务类；{_UID_ZH}。",
    "Related-general-sop-class-identification-length": "相关通用SOP类标识长度",
    "Related-general-sop-class-identification": "相关通用SOP类标识",
    "The more general SOP Classes, each as a length and a UID; may be none.":
        "各个更通用的SOP类，每个由长度和UID组成；可以没有。",
    "Kept for later versions of the layout: of no length in version 0.": "留给此格式的后续版本：在版本0中长度为零。",
    "Related-General-SOP-Class-Identification Sub-Field": "相关通用SOP类标识子字段",
    "Names one more general SOP Class.": "给出一个更通用的SOP类。",
    "any number": "数量不限",
    "Related-general-sop-class-uid-length": "相关通用SOP类UID长度",
    "Related-general-sop-class-uid": "相关通用SOP类UID",
    f"The more general SOP Class, by its UID; {_UID}.": f"更通用的SOP类的UID；{_UID_ZH}。",
    "User Identity Sub-Item": "用户身份子条目",
    "Tells who the user behind the requestor is, and proves it; without TLS anybody on the way can read it.":
        "说明请求方背后的用户是谁并加以证明；不使用TLS时，传输途中任何人都能读到。",
    "User-Identity-Type": "用户身份类型",
    "The form of the proof.": "身份证明的形式。",
    "Username as a string in UTF-8": "用户名（UTF-8）",
    "Username as a string in UTF-8 and passcode": "用户名（UTF-8）和口令",
    "Kerberos Service ticket": "Kerberos服务票据",
    "SAML Assertion": "SAML断言",
    "JSON Web Token (JWT)": "JSON Web令牌（JWT）",
    "Positive-response-requested": "要求肯定应答",
    "Whether the acceptor is to confirm the identity with a sub-item of its own.":
        "是否要求接受方用它自己的子条目确认身份。",
    "no response requested": "不要求应答",
    "positive response requested": "要求肯定应答",
    "Primary-field-length": "主字段长度",
    "Primary-field": "主字段",
    "The user name, Kerberos ticket, SAML assertion or JSON Web Token, by type.":
        "用户名、Kerberos票据、SAML断言或JSON Web令牌，视类型而定。",
    "Secondary-field-length": "次字段长度",
    "Secondary-field": "次字段",
    "The passcode, for type 2 only.": "口令，仅用于类型2。",
    "Confirms the identity of the user, if that was asked for.": "在被要求时确认用户的身份。",
    "at most one, only where it was asked for": "至多一个，仅在被要求时出现",
    "Server-response-length": "服务器应答长度",
    "Server-response": "服务器应答",
    "A Kerberos server ticket (type 3) or a SAML response (type 4); empty for the other types.":
        "Kerberos服务器票据（类型3）或SAML响应（类型4）；其他类型为空。",

    # Presentation data values
    "Presentation-Data-Value Item": "表示数据值条目",
    "One fragment of a command set or a data set.": "命令集或数据集的一个分片。",
    "Counts the bytes that follow this field, to the end of the fragment.": "此字段之后直到分片末尾的字节数。",
    "The accepted presentation context that the message uses: odd, 1 to 255.":
        "消息所用的已接受表示环境：1至255之间的奇数。",
    "Message Control Header": "消息控制头",
    "Says whether the fragment is of a command set or a data set, and whether it is the last one.":
        "说明分片属于命令集还是数据集，以及是否为最后一个分片。",
    "command/data": "命令/数据标志",
    "data set": "数据集",
    "command set": "命令集",
    "last fragment": "最后分片",
    "more to come": "后续还有分片",
    "reserved bits": "保留位",
    "zero": "零",
    "Message fragment": "消息分片",
    "An even number of bytes: of a command set, always implicit VR little endian (PS3.7 6.3.1), or of a data set, in "
    "the negotiated transfer syntax.":
        "偶数个字节：属于命令集时总是隐式VR小端字节序（PS3.7 6.3.1），属于数据集时用协商的传输语法。",

    # What no table names
    "PDU of unknown type": "未知类型的PDU",
    "A PDU whose type the standard does not define.": "标准没有定义其类型的PDU。",
    "Undecoded bytes": "未解析字节",
    "Bytes that no table of the standard explains here.": "标准中没有表格说明此处的这些字节。",
    "Unknown item": "未知条目",
    "An item whose type the standard does not define; receivers skip it.": "标准没有定义其类型的条目；接收方跳过它。",
    "Misplaced item": "位置错误的条目",
    "An item that the standard defines, at a place where it may not stand.": "标准所定义的条目，但不允许出现在此处。",

    # The SOP Class Extended Negotiation Sub-Item by service class
    "Storage application information": "存储应用信息",
    "Says how faithfully the sender of this item keeps what is stored with it.":
        "说明此条目的发送方能多完整地保存存入的内容。",
    "Level of support": "存储支持级别",
    "How much the sender keeps when it is the SCP: a selection, all Type 1 and 2 attributes, or everything.":
        "发送方作为SCP时保存多少：部分属性、全部1类和2类属性，或全部内容。",
    "Level 0 SCP (local)": "0级SCP（本地）",
    "Level 1 SCP (base)": "1级SCP（基本）",
    "Level 2 SCP (full)": "2级SCP（完全）",
    "not applicable: SCU only": "不适用：仅为SCU",
    "Kept for later use: sent as 00H, and the receiver does not test it.": "留作将来使用：发送时为00H，接收方不检查。",
    "Level of Digital Signature support": "数字签名支持级别",
    "How a Level 2 SCP treats digital signatures: may lose them, signs again, or keeps them.":
        "2级SCP如何处理数字签名：可能不保留、重新签名，或完整保留。",
    "unspecified, SCU only, or not a Level 2 SCP": "未说明，或仅为SCU，或不是2级SCP",
    "signature level 1": "签名级别1",
    "signature level 2": "签名级别2",
    "signature level 3": "签名级别3",
    "Element Coercion": "数据元素强制修改",
    "Whether the sender, as SCP, may change values of what it stores.": "发送方作为SCP是否可能修改所存储的值。",
    "does not coerce any element": "不修改任何数据元素",
    "may coerce elements": "可能强制修改数据元素",
    "Query application information": "查询应用信息",
    "Says which kinds of matching beyond the basic ones are wanted or done.":
        "说明请求或执行哪些基本匹配之外的匹配方式。",
    "Relational-queries": "关系查询",
    "Whether keys of any level may be used without the unique keys of the levels above.":
        "可否使用任意层级的关键字而不给出上级的唯一关键字。",
    "Date-time matching": "日期时间组合匹配",
    "Whether a date key and its time key are matched as one range.": "相关的日期与时间关键字是否作为一个范围进行匹配。",
    "combined matching not requested": "未请求组合匹配",
    "combined matching requested": "请求组合匹配",
    "Fuzzy semantic matching of person names": "人名模糊语义匹配",
    "Whether person names are matched by meaning or sound, not letter by letter.":
        "人名是否按语义或读音匹配，而非逐字匹配。",
    "not requested": "未请求",
    "requested": "请求",
    "Timezone query adjustment": "时区查询调整",
    "Whether Timezone Offset From UTC (0008,0201) shifts the dates and times of the query.":
        "查询中的日期和时间是否按Timezone Offset From UTC (0008,0201)调整。",
    "Enhanced Multi-Frame Image Conversion": "增强多帧图像转换",
    "Whether Query/Retrieve View (0008,0053) may ask for the classic or the enhanced multi-frame view.":
        "可否用Query/Retrieve View (0008,0053)选择传统或增强多帧视图。",
    "Query/Retrieve View not supported": "不支持查询/检索视图",
    "Query/Retrieve View supported": "支持查询/检索视图",
    "Empty Value Matching": "空值匹配",
    "Whether a key can ask for attributes that are absent or empty (after 2020c).":
        "关键字可否用来匹配缺失或为空的属性（2020c版之后）。",
    "Multiple Value Matching": "多值匹配",
    "Whether every value of a key with several values must be found (after 2020c).":
        "多值关键字的每一个值是否都必须匹配到（2020c版之后）。",
    "combined matching not performed": "不执行组合匹配",
    "combined matching performed": "执行组合匹配",
    "not performed": "不执行",
    "performed": "执行",
    "Retrieve application information": "检索应用信息",
    "Says which kinds of retrieval beyond the basic ones are wanted or done.":
        "说明请求或执行哪些基本检索之外的检索方式。",
    "Relational-retrieval": "关系检索",
    "Whether the unique keys of the levels above the retrieve level may be left out.":
        "可否省略检索层级以上各级的唯一关键字。",
    "Instance root retrieve application information": "实例根检索应用信息",
    "Says whether views of multi-frame images can be converted.": "说明可否转换多帧图像的视图。",
    "Worklist application information": "工作列表应用信息",
    "Kept for later use: sent as 01H, and the receiver does not test it.": "留作将来使用：发送时为01H，接收方不检查。",

    # The decoder
    "Command Set": "命令集",
    "What is to be done, or what came of it: the elements of group 0000H.":
        "要做什么，或结果如何：组号为0000H的各元素。",
    "Command Elements": "命令元素",
    "Elements in the order of their tags.": "按标签顺序排列的元素。",
    "not listed in the standard": "标准中未列出",

    # Problems
    "{name} says {claimed} bytes, but only {available} are left in what encloses it":
        "{name}标明{claimed}字节，但所在结构中只剩{available}字节",
    "{count} bytes are left over after the last field": "最后一个字段之后还剩{count}字节",
    "ends inside {name}: {available} of {needed} bytes are there":
        "在{name}中途结束：需要{needed}字节，只有{available}字节",
    "{name} is {value}; the standard says {fixed}": "{name}为{value}；标准规定为{fixed}",
    "{count} bytes of this were not captured": "其中{count}字节未捕获",
    "{name} says {claimed} bytes, the capture holds {available} of them":
        "{name}标明{claimed}字节，抓包中只有其中{available}字节",
    "PDU type {value} is not one of 01H to 07H": "PDU类型{value}不在01H至07H之内",
    "{count} bytes follow the end that PDU-length gives": "在PDU长度给出的末尾之后还有{count}字节",
    "item type {value} is not defined by the standard; receivers skip it":
        "标准没有定义条目类型{value}；接收方跳过它",
    "item type {value} may not stand here": "条目类型{value}不允许出现在此处",
    "no {name} ({value})": "缺少{name}（{value}）",
    "no Presentation-Data-Value Item": "没有表示数据值条目",
    "a presentation data value is too short for its header": "表示数据值太短，容不下其头部",
    "a fragment of context {context} came before the last one of this message":
        "此消息的最后分片之前出现了表示环境{context}的分片",
    "another command set came before the data set ended": "数据集尚未结束，又出现了另一个命令集",
    "the command set has no last fragment: another one starts": "命令集没有最后分片，另一个命令集已开始",
    "the data set came without a command set": "数据集没有对应的命令集",
    "a fragment of the data set came inside the command set": "命令集之中出现了数据集的分片",
    "the command set is not complete": "命令集不完整",
    "{count} bytes are left over at the end of the command set": "命令集末尾多出{count}字节",
    "the value of {tag} would end {count} bytes beyond the command set": "{tag}的值超出命令集{count}字节",
    "no Command Data Set Type says whether a data set follows": "没有命令数据集类型说明其后是否有数据集",
    "{name} ({value}) stands {count} times; once is allowed": "{name}（{value}）出现{count}次；只允许一次",
    "presentation context ID {value} is not odd": "表示环境ID {value}不是奇数",
    "the AE title is all spaces": "AE名称全为空格",
    "the AE title holds bytes outside the printable ISO 646 characters, or a backslash":
        "AE名称含有ISO 646可打印字符以外的字节，或含有反斜杠",
    "not a UID as PS3.8 Annex F has it: {why}": "不是符合PS3.8附录F的UID：{why}",
    "the fragment has an odd number of bytes ({count})": "分片的字节数为奇数（{count}）",
    "Command Group Length says {claimed}, {available} bytes follow": "命令组长度标明{claimed}，其后有{available}字节",
    "this element does not stand in the order of tags": "此元素未按标签顺序排列",
    "this element stands twice": "此元素重复出现",
    "this tag does not belong into a command set": "此标签不属于命令集",
    "the value has an odd number of bytes ({count})": "值的字节数为奇数（{count}）",
    "{name} has {count} bytes; {needed} fit its value representation":
        "{name}有{count}字节；其值表示法要求{needed}字节",
    "it is empty": "为空",
    "it has more than 64 characters": "超过64个字符",
    "it is padded": "带有填充字节",
    "it holds other characters than digits and dots": "含有数字和点以外的字符",
    "a component is empty": "有分量为空",
    "a component starts with a zero": "有分量以零开头",
}
# fmt: on
