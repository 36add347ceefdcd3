"""The Chinese words of the teaching page, and of the sentences in which it tells a PDU."""

from __future__ import annotations

# fmt: off
STORIES: dict[str, str] = {
    "{calling} asks {called} for an association. It proposes {contexts} presentation contexts: each pairs a kind of "
    "object or service with the ways in which its data may be encoded.":
        "{calling}向{called}请求建立关联，提议{contexts}个表示环境：每个表示环境把一类对象或服务与其数据可用的编码方式配对。",
    "It takes P-DATA-TF PDUs of up to {limit} bytes.": "它能接收的P-DATA-TF PDU长度不超过{limit}字节。",
    "It takes P-DATA-TF PDUs of any length.": "它接收任意长度的P-DATA-TF PDU。",
    "{called} accepts the association and answers {contexts} presentation contexts: {accepted} accepted, {refused} "
    "refused.":
        "{called}接受关联，并应答{contexts}个表示环境：接受{accepted}个，拒绝{refused}个。",
    "{called} refuses the association: {meaning}.": "{called}拒绝关联：{meaning}。",
    "{sender} has nothing more to send and asks to release the association.": "{sender}没有更多数据要发送，请求释放关联。",
    "{sender} confirms: the association has ended in good order.": "{sender}确认：关联正常结束。",
    "{sender} ends the association at once; what was under way is lost: {meaning}.":
        "{sender}立即中止关联，进行中的内容全部丢失：{meaning}。",
    "{sender} sends the command {command} (Message ID {id}) on presentation context {context}, about {name}.":
        "{sender}在表示环境{context}上发送命令{command}（消息ID {id}），涉及{name}。",
    "{sender} sends the command {command} (Message ID {id}) on presentation context {context}.":
        "{sender}在表示环境{context}上发送命令{command}（消息ID {id}）。",
    "{sender} responds with {command} to Message ID {id}: {status}.": "{sender}以{command}响应消息ID {id}：{status}。",
    "{sender} sends a command that could not be read, on presentation context {context}.":
        "{sender}在表示环境{context}上发送了一条无法读取的命令。",
    "{sender} sends a part of a command.": "{sender}发送命令的一部分。",
    "{size} of a data set travel in it.": "其中携带数据集的{size}。",
    "{size} of a data set travel in it, the last ones of that data set.": "其中携带数据集的{size}，是该数据集的最后部分。",
    "{sender} sends presentation data that hold nothing.": "{sender}发送了不含内容的表示数据。",
    "These bytes stand where a PDU should stand, and are none that the standard knows.":
        "这些字节位于本应是PDU的位置，但不是标准定义的任何PDU。",
    "{count} of its bytes were not captured.": "其中{count}字节未捕获。",
    "Before it, {count} bytes could not be read; here the reading found its place again.":
        "在它之前有{count}字节无法读取；从此处重新找到了读取位置。",
    "the requestor": "请求方",
    "the acceptor": "接受方",
    "Fields left out": "未列出的字段",
    "This page holds only so many fields of one PDU or data set; `dissector dump` shows all of them.":
        "本页对单个PDU或数据集只保留一定数量的字段；用`dissector dump`可查看全部。",
}

ZH: dict[str, str] = {
}
"""The words that the scripts of the page use, by their English."""
# fmt: on
