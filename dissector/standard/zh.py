"""The languages that texts can be shown in: English, as written, and Simplified Chinese, looked up.

Strategy: English is the language of all data and code, and the key of every translation; a text without a translation
is shown as it is, so that a missing one is a blemish and never a failure. The words of the standard lie in
`zh_commands.py` and `zh_pdus.py`, next to what they translate; the words of the views are `INTERFACE` below. The big
dictionaries are imported when the first Chinese text is asked for, not before: English pays nothing.
"""

from __future__ import annotations

from functools import cache

LANGUAGES = ("en", "zh")

# fmt: off
INTERFACE: dict[str, str] = {
    "reserved": "保留",
    "undecoded": "未解析",
    "not captured": "未捕获",
    "masked": "已遮蔽",
    "missing": "缺失",
    "complete": "完整",
    "incomplete": "不完整",
    "frame": "帧",
    "frames": "帧",
    "bytes": "字节",
    "Position": "位置",
    "Bytes": "字节",
    "Field": "字段",
    "Value": "值",
    "Meaning": "含义",
    "PDU": "PDU",
    "association": "关联",
    "requestor": "请求方",
    "acceptor": "接受方",
    "from requestor to acceptor": "从请求方到接受方",
    "from acceptor to requestor": "从接受方到请求方",
    "direction not known": "方向未知",
    "in frame {frames}": "位于帧{frames}",
    "in frames {frames}": "位于帧{frames}",
    "PDU {number} of association {association}": "关联{association}的第{number}个PDU",
    "{count} bytes folded; --full shows them": "已折叠{count}字节；用--full可显示",
    "{count} bytes were not captured": "{count}字节未捕获",
    "reading resumed here after {count} bytes that could not be read": "跳过无法读取的{count}字节后，从此处继续读取",
    "empty": "空",
    "Dots stand for values that identify somebody.": "圆点代表可识别个人的值。",
    "Asterisks stand for passcodes, tickets and tokens.": "星号代表口令、票据和令牌。",
    "Two hyphens stand for a byte that was not captured.": "两个连字符代表一个未捕获的字节。",
    "data set of message {message} of association {association}": "关联{association}的第{message}条消息的数据集",
    "inferred from the bytes": "由字节推断",
    "positions are those of the inflated bytes": "位置为解压后字节中的位置",
    "not read as a data set": "未能按数据集读取",
    "{text}.. {count} more characters; --full shows them": "{text}..另有{count}个字符；用--full可显示",
    "{text}, .. {count} more values; --full shows them": "{text}, ..另有{count}个值；用--full可显示",
    "released": "已释放",
    "rejected": "被拒绝",
    "aborted": "被中止",
    "closed": "未释放即关闭",
    "reset": "被复位",
    "open": "未结束",
    "{outcome} by the {side}": "{outcome}（由{side}）",
    "{count} messages": "{count}条消息",
    "{count} message": "{count}条消息",
    "{count} PDUs": "{count}个PDU",
    "{count} PDU": "{count}个PDU",
    "caused by message {message} of association {association}": "由关联{association}的第{message}条消息引起",
    "the capture starts in its middle": "抓包从此关联的中途开始",
    "and {count} accepted contexts that were not used": "另有{count}个已接受但未使用的表示环境",
    "never proposed": "从未提议",
    "not answered": "未应答",
    "offered: {names}": "提议：{names}",
    "roles of the requestor: asked {wanted}, granted {given}": "请求方角色：请求{wanted}，获准{given}",
    "no limit": "无限制",
    "maximum length {limit}": "最大长度{limit}",
    "asynchronous window: {invoked} invoked, {performed} performed": "异步操作窗口：调用{invoked}，执行{performed}",
    "extended negotiation for {name}: {information}": "{name}的扩展协商：{information}",
    "user identity of type {kind} ({meaning})": "用户身份类型{kind}（{meaning}）",
    "connection {time}": "建立连接{time}",
    "negotiation {time}": "协商{time}",
    "transfer {time} ({share} %)": "传输{time}（{share} %）",
    "waiting for responses {time} ({share} %)": "等待响应{time}（{share} %）",
    "neither side sent for {time} ({share} %)": "双方均未发送{time}（{share} %）",
    "to {destination}": "目标{destination}",
    "command unknown": "命令未知",
    "remaining": "剩余",
    "completed": "已完成",
    "failed": "失败",
    "{rate} a second": "每秒{rate}条",
    "slowest {time} (message {number})": "最慢{time}（第{number}条消息）",
    "none": "无",
    "no A-ASSOCIATE-RQ came before its first PDU": "第一个PDU之前没有A-ASSOCIATE-RQ",
    "{outcome}, probably {inferred}": "{outcome}，很可能{inferred}",
    "no answer captured": "未捕获应答",
    "responses to {count} of its requests were not captured": "其中{count}个请求的响应未捕获",
    "{count} of its requests had no final response when the capture ended": "抓包结束时{count}个请求尚无最终响应",
    "{count} of its requests had no final response": "{count}个请求没有最终响应",
    "user name '{user}'": "用户名'{user}'",
    "response requested": "要求应答",
    "user identity confirmed": "用户身份已确认",
    "{name} belongs to {service}, can be taken for {names}": "{name}属于{service}，可视为{names}",
    "message {number}": "消息{number}",
    "frames {frames}": "帧{frames}",
    "context {context}": "表示环境{context}",
    "event type {number}": "事件类型{number}",
    "action type {number}": "动作类型{number}",
    "mean {time}": "平均{time}",
    "transfer {count} %": "传输{count} %",
    "network {count} %": "网络{count} %",
    "receiver {count} %": "接收方{count} %",
    "sender {count} %": "发送方{count} %",
    "network and receiver {count} %": "网络和接收方{count} %",
    "An example": "示例",
    "comment on the capture": "抓包注释",
    "comment on frame {frame}": "帧{frame}的注释",
    "What it means": "含义说明",
    "How it shows": "如何显现",
    "What to do": "处理方法",
    "Reference": "依据",
    "from experience; no clause of the standard": "来自经验；标准中没有相应条款",
    "in frame {frame}": "位于帧{frame}",
    "frame {frames}": "帧{frames}",
    "Association {number}": "关联{number}",
    "{calling} asks {called} for an association": "{calling}向{called}请求关联",
    "since": "历时",
    "sent": "数据量",
    "messages": "消息",
    "quiet": "静默",
    "no association is open; {count} have ended, {frames} frames": "没有进行中的关联；已结束{count}个，共{frames}帧",
    "secret masked; --show-secrets shows it": "机密已遮蔽；用--show-secrets可显示",
}
"""The words of the views, in sentences with blanks where values go."""
# fmt: on

ZH: dict[str, str]
"""Every English text with its Chinese, put together when first used."""


def translate(text: str, lang: str) -> str:
    """A text, or a sentence with its blanks still open, in one of `LANGUAGES`; itself where there is no translation."""
    return _lookup().get(text, text) if lang == "zh" else text


@cache
def _lookup() -> dict[str, str]:
    from . import zh_commands, zh_comparison, zh_datasets, zh_findings, zh_page, zh_pdus

    parts = (zh_commands.ZH, zh_comparison.ZH, zh_page.STORIES, zh_datasets.ZH, zh_pdus.ZH, zh_findings.ZH, INTERFACE)
    return {english: chinese for part in parts for english, chinese in part.items()}


def __getattr__(name: str) -> object:
    if name == "ZH":
        return _lookup()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
