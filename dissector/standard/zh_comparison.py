"""The Chinese of `dissector compare`: the words of its view, and the known errors of tshark."""

from __future__ import annotations

# fmt: off
ZH: dict[str, str] = {
    "tshark {version} beside our reading of {file}": "{file}：tshark {version}与本程序的解析对照",
    "TCP ports taken for DICOM: {ports}": "按DICOM解析的TCP端口：{ports}",
    "This version of tshark is not one that we have looked at: its errors are not known to us, and nothing that "
    "differs is explained.": "未核查过此版本的tshark：其错误未知，差异均不作解释。",
    "Neither finds DICOM in it. `dissector CAPTURE` tells what else is there; --port N takes a port for DICOM whose "
    "associations began before the capture did.":
        "双方均未在其中发现DICOM。`dissector CAPTURE`可给出其中的其他内容；"
        "若关联在抓包开始之前已建立，可用--port N将该端口视为DICOM端口。",
    "Differences that no known error explains": "无已知错误可解释的差异",
    "tshark is wrong": "tshark有误",
    "neither is wrong": "双方均无误",
    "and {count} more; --json shows them": "另有{count}处；用--json可显示",
    "ours": "本程序",
    "tshark": "tshark",
    "not told": "未给出",
    "command set": "命令集",
    "agree": "一致",
    "known": "已知差异",
    "unexplained": "未解释",
    "{agree} agree; {known} differ as known of tshark; {unexplained} differ without explanation":
        "一致{agree}处；tshark已知差异{known}处；未解释差异{unexplained}处",
    "tshark tells whole PDUs only": "tshark只给出完整的PDU",
    "The capture ends inside this PDU. What there is of it is told by us as not complete, and not at all by tshark.":
        "抓包在此PDU中途结束。本程序将已有部分作为不完整的PDU给出，tshark则完全不给出。",
    "tshark waits for missing bytes to the end": "tshark一直等待缺失的字节",
    "Bytes of this direction are not in the capture. tshark waits for them and tells nothing more of this direction; "
    "the PDUs behind them were captured, and are read.":
        "此方向有字节未被捕获。tshark一直等待它们，此后不再给出此方向的任何内容；其后的PDU已被捕获，本程序照常解析。",
    "tshark does not read on in a PDU that was not captured as a whole": "tshark不再解析未完整捕获的PDU",
    "Frames were cut short when they were captured. What was captured of this PDU is read by us as far as it goes.":
        "捕获时帧被截短。本程序解析此PDU中已捕获的部分。",
    "tshark passes over PDUs of unknown type in silence": "tshark默默跳过类型未知的PDU",
    "The type of this PDU is none that the standard defines. A receiver has to answer it with an A-ABORT.":
        "标准未定义此PDU类型。接收方须以A-ABORT应答。",
    "tshark loses its place after a wrong length": "长度有误后tshark失去位置",
    "A length before this PDU is wrong, or the capture begins inside a PDU. tshark takes what follows for the head of "
    "a PDU and reads on from there; we look for the next real head.":
        "此PDU之前有长度错误，或抓包从某个PDU中途开始。tshark把其后的字节当作PDU头部继续解析；本程序则寻找下一个真正的头部。",
    "tshark leaves out a fragment that is longer than its PDU": "tshark略去超出其PDU的分段",
    "The length of the fragment points beyond the end of its PDU. What there is of it is told by us as not complete, "
    "and not at all by tshark.":
        "分段的长度超出其PDU的末尾。本程序将已有部分作为不完整给出，tshark则完全不给出。",
    "tshark leaves out fragments of odd length": "tshark略去奇数长度的分段",
    "PS3.8 E.1 does not allow an odd length, but the bytes are there: we read them, and say what is wrong.":
        "PS3.8 E.1不允许奇数长度，但字节确实存在：本程序解析它们并指出错误。",
    "tshark takes an empty fragment for invalid": "tshark把空分段当作无效",
    "The fragment has no bytes. PS3.8 E.1 asks for an even number, which 0 is. For tshark the data set never ends "
    "then; and where both peers have the same IP address, as on loopback, it takes the next response for the rest of "
    "it.":
        "分段没有字节。PS3.8 E.1要求偶数个字节，0即是偶数。"
        "对tshark而言数据集因此永不结束；若双方IP地址相同（如回环接口），它还会把下一个响应当作数据集的余下部分。",
    "tshark puts fragments of both sides together": "tshark把双方的分段混在一起",
    "The fragments of a message were interrupted by a message of the other side, as by a C-CANCEL: each side may send "
    "at any time. tshark goes through the fragments of a presentation context without regard to who sent them, and "
    "loses this command set or the next.":
        "一方消息的分段之间插入了另一方的消息，例如C-CANCEL：双方均可随时发送。"
        "tshark处理表示环境的分段时不区分发送方，因而丢失此命令集或下一个命令集。",
    "tshark takes a command set for the rest of what came before it": "tshark把命令集当作之前内容的余下部分",
    "tshark ended inside an element of the data set before it on this presentation context: it reads compressed pixel "
    "data and deflated bytes as if they were elements, and does not know the VRs SV, UV and OV; or the data set, or "
    "the command set, did end inside an element. It takes what comes next on the context for the rest of that element, "
    "though it is another message, and mostly from the other side; and shows a bare Command.":
        "在此表示环境上，tshark对前一个数据集的解析停在某个元素之内：它把压缩的像素数据和deflate压缩的字节当作元素解析，"
        "也不认识SV、UV、OV这几种VR；或者该数据集、命令集本身就在元素之内结束。"
        "它把此表示环境上接下来的内容当作该元素的余下部分，尽管那是另一条消息，且多半来自对方；于是只显示Command。",
    "tshark passes over PDUs of less than ten bytes": "tshark跳过不足十字节的PDU",
    "The head says that fewer than 4 bytes follow. No PDU that the standard defines is so short but a P-DATA-TF "
    "without an item, which it does not allow. tshark takes it for something else than DICOM.":
        "头部给出的后续字节数少于4。除不含任何项的P-DATA-TF（标准不允许）外，标准定义的PDU都没有这么短。"
        "tshark不把它当作DICOM。",
    "tshark stops reading at an item whose length is wrong": "tshark在长度有误的项处停止解析",
    "The length of an item points beyond the end of its PDU. tshark calls the PDU malformed from there; we read on as "
    "far as the bytes honestly go.":
        "某个项的长度超出其PDU的末尾。tshark自此认为PDU格式错误；本程序在字节允许的范围内继续解析。",
    "tshark passes over items of unknown type in silence": "tshark默默跳过类型未知的项",
    "The type of this item is none that the standard defines. Receivers skip it; its bytes are there all the same. "
    "Inside the user information tshark shows such items.":
        "标准未定义此项类型。接收方会跳过它，但其字节确实存在。在用户信息项内，tshark会显示这样的项。",
    "tshark does not show an empty secondary field": "tshark不显示空的次字段",
    "User identities other than a name with a passcode have a secondary field of length 0. It is part of the sub-item "
    "all the same.":
        "除用户名加口令外，用户身份的次字段长度为0。它仍是子项的一部分。",
    "tshark shows a secondary field only of a name with a passcode": "tshark只显示用户名加口令的次字段",
    "The secondary field is meant for that type of user identity only (PS3.7 D.3.3.7.1). Here another type has one "
    "that is not empty, and we show what is there.":
        "次字段只用于该类型的用户身份（PS3.7 D.3.3.7.1）。此处另一类型带有非空的次字段，本程序如实显示。",
    "tshark takes a connection for TLS as soon as one side speaks it": "只要一方使用TLS，tshark就把整个连接当作TLS",
    "The client began with a TLS ClientHello, and the server answered with PDUs.":
        "客户端以TLS ClientHello开始，而服务器以PDU应答。",
    "tshark tells messages after the end of their association too": "tshark也给出关联结束之后的消息",
    "The PDU came after the association was rejected, aborted or released. A receiver ignores it (PS3.8 Table 9-10), "
    "and we tell the PDU, with a finding, but no message.":
        "此PDU在关联被拒绝、中止或释放之后到达。接收方会忽略它（PS3.8表9-10）；本程序给出此PDU及发现，但不给出消息。",
    "tshark does not show bytes outside of printable ASCII as they are": "tshark不如实显示可打印ASCII以外的字节",
    "Both tell the same bytes. tshark replaces those that are not text, and sometimes the next one too; control "
    "characters it writes in its own way. We write each as its number.":
        "双方的字节相同。tshark替换非文本字节，有时连同其后一个字节；控制字符则按自己的方式书写。本程序把每个字节写成数值。",
    "tshark does not show characters that ISO 646 leaves to each country": "tshark不显示ISO 646中因国家而异的字符",
    "Both tell the same bytes. tshark takes texts for ISO 646, in which # $ @ [ \\ ] ^ ` { | } ~ differ from country "
    "to country, and replaces them. In DICOM they are what they are in ASCII (PS3.5 6.1).":
        "双方的字节相同。tshark把文本当作ISO 646，其中# $ @ [ \\ ] ^ ` { | } ~因国家而异，并将其替换。"
        "在DICOM中它们与ASCII相同（PS3.5 6.1）。",
    "tshark leaves reserved bits out of the value of a message control header": "tshark的消息控制头取值不含保留位",
    "Bits 2 to 7 are to be 0 (PS3.8 E.2), and in this fragment they are not. tshark warns of that in its text; the "
    "value of its field, which filters look at, has the two other bits only.":
        "第2至7位应为0（PS3.8 E.2），而此分段中不为0。tshark在文字中对此警告；但过滤器所用的字段取值只含另外两位。",
    "tshark leaves out a fragment that is too short for its own head": "tshark略去连自身头部都放不下的分段",
    "The length of the fragment is less than 2, which the context ID and the message control header take. tshark calls "
    "it invalid, rightly; we tell what there is of it, and say what is wrong.":
        "分段的长度小于2，而环境标识和消息控制头共需2个字节。tshark判其无效，并无不当；本程序给出已有部分并指出错误。",
}
# fmt: on
