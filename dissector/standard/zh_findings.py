"""Simplified Chinese for the texts of `findings.py`.

Strategy: keyed by the English text, in the order of the catalogue, as in the other `zh_` modules. Terms are those of
the project's glossary; names of PDUs, commands and tools, AE, SOP, SCU, SCP and UID are left as they are. Blanks in
braces have the same names on both sides. Words that other modules have ("warning", "requestor", "acceptor") are not
here again. A test asks for a translation of every text and for a use of every translation.

Source: the glossary's own sources for the terms, our own choice for the rest.
"""

from __future__ import annotations

# fmt: off
ZH: dict[str, str] = {
    # Sentences and words that fill blanks
    "Because of it, this could not finish: {names}.": "因此，以下内容未能完成：{names}。",
    "Last before it: {event}.": "此前最后发生的是：{event}。",
    "The error comment says: '{comment}'.": "错误说明为'{comment}'。",
    "Offending elements: {elements}.": "出错元素：{elements}。",
    "A timer of {timer} s is usual for this, so one has probably run out.":
        "{timer}秒是此类定时器的常见值，因此很可能是定时器到期。",
    "Bytes of this connection were not captured, so it may have been otherwise.":
        "此连接有字节未被捕获，因此实际情况可能不同。",
    "In {name} from the {who}: {reason}.": "{who}的{name}中：{reason}。",
    "client": "客户端",
    "server": "服务器",
    "sender": "发送方",
    "rejected permanently": "永久拒绝",
    "rejected for the moment": "暂时拒绝",
    "the service user": "服务用户",
    "the service provider (association)": "服务提供者（关联）",
    "the service provider (presentation)": "服务提供者（表示层）",
    "undefined ({value})": "未定义（{value}）",
    "error": "错误",
    "note": "提示",

    # The capture
    "The capture file ends inside a frame": "抓包文件在一帧中途结束",
    "The file stops before its last record is complete, as when recording was interrupted or the file was still "
    "being copied. Everything before that point was read; what came after it is unknown.":
        "文件在最后一条记录完整之前就结束了，例如录制被中断，或文件尚在复制。在此之前的内容均已读取，之后的内容未知。",
    "The last record announces more bytes than the file still holds.":
        "最后一条记录标明的字节数多于文件中剩余的字节数。",
    "Stop the recording properly before copying the file, check the free disk space, and copy or record it again.":
        "先正常停止录制再复制文件，检查磁盘剩余空间，然后重新复制或录制。",
    "The last record, frame {frame}, announces {expected} bytes; the file holds {size} of them.":
        "最后一条记录（帧{frame}）标明{expected}字节，文件中只有其中{size}字节。",
    "The file ends inside the head of a record, after frame {frame}.": "文件在帧{frame}之后的记录头中途结束。",
    "The compressed file ends early; frame {frame} is the last one that could be read.":
        "压缩文件提前结束；帧{frame}是能读取的最后一帧。",
    "Frames were cut off while capturing": "抓包时帧被截短",
    "The capture program kept only the first part of each frame. Bytes beyond that part travelled but cannot be read "
    "here, so messages may look incomplete that were not.":
        "抓包程序只保留了每一帧的前一部分。其余字节确实传输过，但在此无法读取，因此完整的消息也可能显得不完整。",
    "A frame's captured length is smaller than its length on the wire.": "帧的捕获长度小于其在线路上的长度。",
    "Record again with whole frames, for example with tcpdump -s 0.": "以完整帧重新录制，例如使用tcpdump -s 0。",
    "{count} frames are stored shorter than they were on the wire; the first is frame {frame}, with {size} of "
    "{expected} bytes.":
        "{count}帧的存储长度小于线路上的长度；第一帧是帧{frame}，{expected}字节中只存有{size}字节。",
    "Bytes of the conversation were never captured": "会话中的部分字节未被捕获",
    "The capture has a hole: bytes that one side sent are not in it, although the conversation went on. The peers "
    "are not to blame, and what lies in the hole is not guessed.":
        "抓包有缺口：一方发送的某些字节不在其中，而会话仍继续进行。这不是通信双方的过错，缺口中的内容也不作猜测。",
    "Sequence numbers jump over bytes that the other side acknowledged, or that later data passed.":
        "序列号越过了一段字节，而对方已确认这段字节，或之后的数据已越过它。",
    "Capture on one of the two machines or at a point that keeps up: with a larger buffer (tcpdump -B), a filter on "
    "the DICOM port, or a network tap instead of a busy mirror port.":
        "在两台机器之一上，或在跟得上速度的位置抓包：加大缓冲区（tcpdump -B）、按DICOM端口过滤，或以网络分路器代替"
        "繁忙的镜像端口。",
    "{count} bytes that the {who} sent are not in the capture: bytes {value} of its stream.":
        "{who}发送的{count}字节不在抓包中：位于其数据流的第{value}字节。",
    "{count} bytes that the {who} sent are not in the capture: bytes {value} of its stream. The other side "
    "acknowledged them, so they were lost in capturing, not on the way.":
        "{who}发送的{count}字节不在抓包中：位于其数据流的第{value}字节。对方已确认这些字节，因此它们是在抓包时丢失"
        "的，而不是在途中丢失的。",
    "{count} bytes that the {who} sent are not in the capture, in several places; the first is before frame {frame}.":
        "{who}发送的{count}字节不在抓包中，分布在多处；第一处在帧{frame}之前。",
    "The capture starts in the middle of an association": "抓包从关联中途开始",
    "The negotiation at the beginning was not recorded, so AE titles, SOP classes and transfer syntaxes are not "
    "known for certain. What could be inferred from the messages is marked as inferred.":
        "开头的协商过程没有录到，因此AE名称、SOP类和传输语法无法确知。从消息中推断出的内容均标明为推断。",
    "The first PDU of the connection in the capture is not an A-ASSOCIATE-RQ.":
        "抓包中该连接的第一个PDU不是A-ASSOCIATE-RQ。",
    "Start the capture before the application connects; restart the sending application or wait for its next "
    "association.":
        "在应用连接之前开始抓包；可重启发送方应用，或等待它的下一个关联。",
    "The first PDU between {client} and {server} in this capture is {name}, in frame {frame}; no A-ASSOCIATE-RQ came "
    "before it.":
        "在此抓包中，{client}与{server}之间的第一个PDU是帧{frame}中的{name}；之前没有A-ASSOCIATE-RQ。",
    "The capture ends while an association is open": "抓包结束时关联尚未结束",
    "What the peers did afterwards is unknown. Open requests may well have been answered later.":
        "此后双方做了什么无从得知。未应答的请求很可能在之后得到了应答。",
    "The capture's last frame of the connection comes before any release, abort or close.":
        "该连接在抓包中的最后一帧之前没有释放、中止或关闭。",
    "Let the capture run until the application has finished; for long transfers use rotating files and read them "
    "together.":
        "让抓包运行到应用结束为止；长时间的传输可使用轮换文件并一并读取。",
    "The association between {client} and {server} is still open in the last frame of the capture, {frame}.":
        "到抓包的最后一帧（帧{frame}）为止，{client}与{server}之间的关联仍未结束。",
    "The association between {client} and {server} is still open in the last frame of the capture, {frame}; not "
    "finished by then: {names}.":
        "到抓包的最后一帧（帧{frame}）为止，{client}与{server}之间的关联仍未结束；届时尚未完成：{names}。",
    "Only one direction of a connection was captured": "连接只有一个方向被捕获",
    "Half of the conversation is missing, so answers, results and reasons cannot be known. This comes from where or "
    "how the capture was made, not from the peers.":
        "会话缺少一半，因此应答、结果和原因都无从得知。这是抓包的位置或方式造成的，与通信双方无关。",
    "One side acknowledges bytes of the other that never appear in the capture.":
        "一方确认了对方的字节，而这些字节从未出现在抓包中。",
    "Mirror both directions of the port, leave out filters on source or destination alone, and beware of links whose "
    "two directions take different paths.":
        "对端口的两个方向都做镜像，不要只按源或目的过滤，并注意两个方向走不同路径的链路。",
    "Between {client} and {server} only the traffic {direction} was captured; the other direction is acknowledged in "
    "it, but absent.":
        "{client}与{server}之间只捕获到{direction}的数据；另一方向的数据在其中已被确认，却不在抓包中。",
    "Frames were captured twice": "帧被重复捕获",
    "Each of these frames travelled once and was recorded more than once, as mirror ports and captures on all "
    "interfaces do. Copies are ignored and not counted as retransmissions.":
        "这些帧各只传输了一次，却被录下多次，镜像端口和在所有接口上抓包时常会如此。重复的副本已忽略，不计为重传。",
    "Frames with the same IP identification, sequence number and bytes follow each other within a moment.":
        "IP标识、序列号和字节都相同的帧在极短时间内相继出现。",
    "Nothing has to be done. For smaller files capture on one interface, or mirror one direction or one VLAN only.":
        "无需处理。若要文件更小，可只在一个接口上抓包，或只镜像一个方向或一个VLAN。",
    "{count} frames are copies of earlier ones; the first is frame {frame}.":
        "{count}帧是先前帧的副本；第一帧是帧{frame}。",
    "A limit was reached, and something is not told": "达到了某个上限，有些内容未能告知",
    "Memory and work are bounded, whatever a capture holds, so that nobody can exhaust this program with it. Healthy "
    "traffic stays far below these bounds; damage, a flood, or somebody who wants to hide something may reach one.":
        "无论抓包内容如何，内存和工作量都有上限，因此没有人能借此耗尽本程序的资源。正常流量远低于这些上限；"
        "损坏、洪泛或有意隐藏可能会达到上限。",
    "The named constant and its value; the frame in which it was reached first.":
        "所列常量及其数值；首次达到上限的帧。",
    "Look at what else is told of these frames. Read the part of the capture around the frame alone, filtered to one "
    "connection, or raise the constant when the traffic is meant to be like this.":
        "查看关于这些帧的其他发现。可只读取该帧附近、仅含一个连接的部分抓包；若流量本应如此，可调高该常量。",
    "{name} ({limit}) was reached {count} times, first in frame {frame}: {reason}.":
        "达到{name}（{limit}）共{count}次，首次在帧{frame}：{reason}。",
    "{name} ({limit}) was reached, with {count} more: {reason}.":
        "达到{name}（{limit}），另有{count}个：{reason}。",
    "further comments kept in the capture are not shown": "抓包中其余的注释未显示",
    "IP datagrams whose fragments had not all come were let go": "分片尚未到齐的IP数据报已被放弃",
    "bytes that came before their turn were no longer held, and those before them are told as missing":
        "提前到达的字节不再保留，其之前的字节被记为缺失",
    "connections that had been silent longest were let go, and how they went on is not told":
        "沉默最久的连接已被放弃，其后续情况未告知",
    "bytes that were sent again were not compared with those captured first": "重传的字节未与先前捕获的字节比较",
    "bytes in which the next PDU was looked for were passed over": "在其中寻找下一个PDU的字节已被跳过",
    "checksums of further hosts are not counted": "其余主机的校验和未计数",
    "the bytes of a PDU beyond it are not shown": "PDU中超出部分的字节未显示",
    "command fragments of a PDU beyond it were not read": "PDU中超出部分的命令片段未读取",
    "further presentation data values of the same PDU were passed over": "同一PDU中其余的表示数据值已被跳过",
    "the rest of a command set was not read": "命令集的其余部分未读取",
    "requests that had waited longest were let go, and their responses are not paired with them":
        "等待最久的请求已被放弃，其响应未与之配对",
    "responses were read before the missing bytes of their requests came, and may not be paired with them":
        "响应在其请求的缺失字节到达之前已被读取，可能未与之配对",
    "further findings on the same association are not told": "同一关联的其余发现未告知",
    "further kinds of connections without an association are not told": "其余种类的无关联连接未告知",
    "further clients are not watched for scanning": "其余客户端未受扫描监视",
    "clients that were silent longest are no longer watched for guessing": "沉默最久的客户端不再受猜测监视",
    "further faults of the same PDU are not judged": "同一PDU的其余错误未评判",
    "further PDUs before the answer to the request are not held against the length that it allows":
        "请求得到应答之前的其余PDU未与其允许的长度核对",

    # Transport: TCP and TLS
    "The connection was refused": "连接被拒绝",
    "The server's address answers, but nobody accepts connections on that port. The DICOM service is not running, "
    "listens on another port, or a firewall rejects the caller.":
        "服务器地址有回应，但该端口上无人接受连接。DICOM服务未运行、监听在其他端口，或防火墙拒绝了呼叫方。",
    "The connection request (SYN) is answered by a reset (RST).": "连接请求（SYN）得到的回答是复位（RST）。",
    "Check that the DICOM service is running and listens on this port, that address and port are right on the "
    "calling side, and that no firewall in between rejects the connection.":
        "检查DICOM服务是否正在运行并监听此端口，呼叫方配置的地址和端口是否正确，以及途中是否有防火墙拒绝连接。",
    "{client} tried to connect to {server} and was refused.": "{client}尝试连接{server}，被拒绝。",
    "{client} tried {count} times within {time} to connect to {server} and was refused each time.":
        "{client}在{time}内{count}次尝试连接{server}，每次都被拒绝。",
    "Nobody answers at that address": "该地址无人应答",
    "The connection request got no reply at all, neither yes nor no. The machine is off or unreachable, the address "
    "is wrong, or a firewall drops the packets silently.":
        "连接请求没有得到任何回应。机器已关机或不可达、地址有误，或防火墙悄然丢弃了数据包。",
    "The same connection request (SYN) is repeated and nothing comes back.":
        "同一连接请求（SYN）反复发送，没有任何返回。",
    "Check address and port on the calling side, whether the machine is on and reachable (ping, traceroute), and "
    "whether every firewall on the way lets this port through.":
        "检查呼叫方配置的地址和端口，机器是否开机且可达（ping、traceroute），以及途中各防火墙是否放行此端口。",
    "{client} asked {server} for a connection and got no reply within {time} (attempts: {count}).":
        "{client}请求连接{server}，在{time}内没有得到回应（尝试次数：{count}）。",
    "Connected and closed without any DICOM": "连接后未发送任何DICOM数据即关闭",
    "Somebody opened the connection only to see whether it opens, as health checks, load balancers and port scanners "
    "do. It is harmless, but each one takes a connection slot of the server for a moment.":
        "有人打开连接只是为了看能否打开，健康检查、负载均衡器和端口扫描器常会如此。这没有害处，但每次都会短暂占用服"
        "务器的一个连接名额。",
    "The TCP handshake is complete and the connection ends without a byte of DICOM from the caller.":
        "TCP握手已完成，而连接结束前呼叫方没有发送任何DICOM字节。",
    "Nothing has to be done if the caller is your own monitoring. If it is unknown, find out who it is; if the "
    "server's log fills up, let the check send a C-ECHO instead.":
        "如果呼叫方是自己的监控，则无需处理。如果来历不明，应查明是谁；如果因此充满服务器日志，可改为用C-ECHO检查。",
    "{client} connected to {server} and left after {time} without sending any DICOM.":
        "{client}连接到{server}，{time}后离开，未发送任何DICOM数据。",
    "{client} connected to {server} {count} times without sending any DICOM.":
        "{client}连接到{server}共{count}次，均未发送任何DICOM数据。",
    "{client} connected to {server} and sent nothing; the server closed the connection after {time}.":
        "{client}连接到{server}后未发送任何数据；{time}后服务器关闭了连接。",
    "The connection was reset inside an association": "关联进行中连接被复位",
    "One side, or a device between them, cut the connection without a word of DICOM. What was under way is lost; an "
    "application that crashed, ran into a timeout or was stopped looks like this, and so does a firewall that forgot "
    "the connection.":
        "一方或途中的设备未以DICOM方式告知就切断了连接，正在进行的操作因此丢失。应用崩溃、超时或被停止时会如此，防"
        "火墙遗忘了该连接时也会如此。",
    "A TCP segment with RST before A-RELEASE-RP or A-ABORT.": "在A-RELEASE-RP或A-ABORT之前出现带RST的TCP报文段。",
    "Read the log of the side that reset at that moment. If the reset follows a long silence, compare the idle "
    "timeouts of firewalls on the way with the pauses of the application, and let it keep the connection alive.":
        "查看复位一方当时的日志。如果复位发生在长时间静默之后，应将途中防火墙的空闲超时与应用的停顿时间相比较，并让"
        "应用保持连接活动。",
    "The {who} reset the connection between {client} and {server}, {time} after the last PDU.":
        "{who}在最后一个PDU之后{time}复位了{client}与{server}之间的连接。",
    "The {who} reset the connection between {client} and {server} after {time} of silence: an idle timeout, of an "
    "application or of a firewall on the way, is likely.":
        "{who}在静默{time}之后复位了{client}与{server}之间的连接：很可能是应用或途中防火墙的空闲超时。",
    "The connection was closed without release": "未释放关联就关闭了连接",
    "An association should end with A-RELEASE, or with A-ABORT if something is wrong. Closing the connection instead "
    "leaves the other side to guess whether everything arrived, and fills its log with errors.":
        "关联应以A-RELEASE结束，出错时以A-ABORT结束。直接关闭连接会使对方无法确定是否全部收到，并在其日志中留下大量"
        "错误。",
    "The TCP connection ends (FIN) while the association is open.": "关联尚未结束时TCP连接结束（FIN）。",
    "Read the log of the side that closed. If it happens after every transfer, its software skips the release: "
    "report it to its vendor. If it follows a long silence, look for a timeout.":
        "查看关闭一方的日志。如果每次传输后都如此，说明其软件省略了释放：请反馈给厂商。如果发生在长时间静默之后，应"
        "检查超时设置。",
    "The {who} closed the connection between {client} and {server} without A-RELEASE or A-ABORT, {time} after the "
    "last PDU.":
        "{who}在最后一个PDU之后{time}关闭了{client}与{server}之间的连接，没有A-RELEASE或A-ABORT。",
    "The {who} closed the connection between {client} and {server} without A-RELEASE or A-ABORT after {time} of "
    "silence: a timeout is likely.":
        "{who}在静默{time}之后关闭了{client}与{server}之间的连接，没有A-RELEASE或A-ABORT：很可能是超时。",
    "The connection is encrypted with TLS": "连接以TLS加密",
    "Both sides speak TLS, as they should where patient data crosses a network. The DICOM inside cannot be read from "
    "this capture.":
        "双方都使用TLS，在网络上传送患者数据时正应如此。其中的DICOM内容无法从此抓包中读取。",
    "The first bytes of both sides are TLS handshake records.": "双方最先发送的字节都是TLS握手记录。",
    "Nothing is wrong. To see the DICOM inside, capture behind the point where TLS ends, or use the applications' "
    "own logs.":
        "没有问题。若要查看其中的DICOM内容，可在TLS终止点之后抓包，或使用应用自身的日志。",
    "{client} and {server} speak {protocol}; the content is encrypted and was not read.":
        "{client}与{server}使用{protocol}；内容已加密，未读取。",
    "{client} and {server} speak {protocol}; the caller asked for the host name {host}. The content is encrypted and "
    "was not read.":
        "{client}与{server}使用{protocol}；呼叫方请求的主机名为{host}。内容已加密，未读取。",
    "TLS was spoken to a plain DICOM port": "向明文DICOM端口发送了TLS",
    "The caller began with TLS, but the server did not answer in TLS. A plain DICOM server takes the greeting for a "
    "PDU of an unknown type and absurd length and aborts, closes or waits for bytes that never come.":
        "呼叫方以TLS开始，而服务器没有以TLS回答。明文DICOM服务器会把这一问候当作类型未知、长度荒谬的PDU，于是中止、"
        "关闭，或等待永远不会到来的字节。",
    "The caller's first bytes are a TLS ClientHello (16H 03H), and no TLS record comes back.":
        "呼叫方最先发送的字节是TLS ClientHello（16H 03H），而没有TLS记录返回。",
    "Either switch TLS off for this destination on the calling side, or point it to the server's TLS port (often "
    "2762), or switch TLS on at the server.":
        "在呼叫方为此目标关闭TLS，或改为指向服务器的TLS端口（常为2762），或在服务器上启用TLS。",
    "{client} sent a TLS ClientHello to {server}, which does not speak TLS there. Taken for a PDU it has type 16H "
    "and PDU-length {value}; the server's log may show these numbers.":
        "{client}向{server}发送了TLS ClientHello，而后者在此不使用TLS。若当作PDU，其类型为16H，PDU长度为{value}；服"
        "务器日志中可能出现这些数字。",
    "{client} sent a TLS ClientHello for the host name {host} to {server}, which does not speak TLS there. Taken for "
    "a PDU it has type 16H and PDU-length {value}; the server's log may show these numbers.":
        "{client}向{server}发送了主机名为{host}的TLS ClientHello，而后者在此不使用TLS。若当作PDU，其类型为16H，PDU"
        "长度为{value}；服务器日志中可能出现这些数字。",
    "Another protocol on a DICOM port": "DICOM端口上的其他协议",
    "Something that is not DICOM talks on a port taken for DICOM: a browser, a scanner, or another service that uses "
    "this port by right.":
        "在被视为DICOM的端口上出现了非DICOM的通信：浏览器、扫描器，或正当使用此端口的其他服务。",
    "The first bytes are not the head of a PDU.": "最先的字节不是PDU的头部。",
    "Find out what runs on this port. If it is not a DICOM service, leave the port out; if it is one, find out who "
    "talks to it in this way.":
        "查明此端口上运行的是什么。如果不是DICOM服务，则不必把该端口计入；如果是，则应查明是谁以这种方式与它通信。",
    "{client} speaks {protocol} to {server}, a port taken for DICOM.":
        "{client}向被视为DICOM端口的{server}发送{protocol}。",
    "{server}, a port taken for DICOM, speaks {protocol} to {client}.":
        "被视为DICOM端口的{server}向{client}发送{protocol}。",
    "What {client} sends to {server}, a port taken for DICOM, begins with {value}, which is no PDU.":
        "{client}向被视为DICOM端口的{server}发送的数据以{value}开头，不是PDU。",
    "Packets are lost on the way": "途中有数据包丢失",
    "Segments had to be sent again because they, or their acknowledgements, were lost or came late. Above about one "
    "percent transfers become noticeably slow; experience, not the standard, sets this limit.":
        "由于报文段或其确认丢失或迟到，只得重新发送。超过约百分之一时传输会明显变慢；这一界限来自经验，而非标准。",
    "The same sequence range is sent more than once, and the copies are no duplicates of capturing.":
        "同一序列范围被发送多次，且这些副本并非抓包造成的重复。",
    "Look for a bad cable, port errors, a duplex mismatch, an overloaded link, a weak wireless or VPN path; compare "
    "with captures at both ends to find where packets vanish.":
        "检查线缆不良、端口错误、双工不匹配、链路过载、无线或VPN质量差等情况；可在两端抓包对比，找出数据包消失的位"
        "置。",
    "Between {client} and {server} {count} segments were sent again ({value} % of those with data), most of them "
    "{direction}.":
        "{client}与{server}之间有{count}个报文段被重新发送（占含数据报文段的{value} %），其中大多数为{direction}。",
    "The receiver could not keep up": "接收方跟不上",
    "The receiving application did not take data from its network buffer fast enough, and the sender had to stop. "
    "The network is not at fault: a slow disk, database or virus scanner on the receiving machine usually is.":
        "接收应用从网络缓冲区取走数据不够快，发送方只得停下。问题不在网络，通常在接收机器上缓慢的磁盘、数据库或杀毒"
        "软件。",
    "The receiver announces a window of 0 bytes; the time until it opens again is counted.":
        "接收方通告0字节的窗口；统计到窗口重新打开为止的时间。",
    "Look at disk, database, memory and virus scanner of the receiving machine at that time, and at how many "
    "associations it served at once.":
        "检查接收机器当时的磁盘、数据库、内存和杀毒软件，以及它同时服务的关联数量。",
    "The {who} announced a full receive buffer (periods: {count}); the other side had to wait {time} in all.":
        "{who}通告接收缓冲区已满（次数：{count}）；对方共等待了{time}。",
    "A retransmission carries different bytes": "重传的字节与先前不同",
    "The same place of the stream was sent twice with different content. A faulty network device, a broken capture, "
    "or an attempt to deceive inspection can do this; which version the receiver used cannot be known.":
        "数据流的同一位置被发送了两次，而内容不同。有故障的网络设备、损坏的抓包或欺骗检测的企图都可能造成这种情况；"
        "接收方采用了哪个版本无从得知。",
    "Two frames hold different bytes for the same sequence numbers; the first version is kept.":
        "两个帧在相同序列号上的字节不同；保留先出现的版本。",
    "Look at devices on the way that rewrite traffic (firewalls, proxies, WAN accelerators), and take a second "
    "capture at the other end to compare.":
        "检查途中会改写流量的设备（防火墙、代理、广域网加速器），并在另一端再抓一次包进行比较。",
    "Frame {frame} repeats {count} bytes of the {who} with different content, at bytes {value} of its stream; the "
    "first version was kept.":
        "帧{frame}以不同内容重复了{who}的{count}字节，位于其数据流的第{value}字节；保留了先出现的版本。",
    "{count} IP datagrams of the {who} were put together from fragments that overlap with different content; the last "
    "fragment of the first is in frame {frame}. The fragments captured first were kept.":
        "{who}的{count}个IP数据报由相互重叠而内容不同的分片拼成；第一个数据报的最后一个分片在帧{frame}。保留了先捕获的分片。",
    "Segments that receivers treat differently": "不同接收方处理方式不同的报文段",
    "An honest sender hardly ever sends such segments, and receivers differ in what they make of them. They can be "
    "used to show an observer another conversation than the receiver sees.":
        "正常的发送方几乎从不发送这样的报文段，各种接收方对它们的处理也不同。可利用它们让观察者看到与接收方不同的会话。",
    "Flags, sequence numbers and order of the segments themselves.": "报文段本身的标志、序列号和顺序。",
    "Find out which device sent these frames: another hardware address or time to live than the rest of the "
    "connection has shows an intruder. A second capture at the receiver tells what arrived there.":
        "查明这些帧由哪台设备发出：硬件地址或生存时间若与连接的其余部分不同，即表明有入侵者。在接收方再抓一次包可知哪些帧到达了那里。",
    "{count} segments of the {who} lie far outside of any window, the first in frame {frame}. A receiver drops such "
    "segments, so they were left out.":
        "{who}的{count}个报文段远在任何窗口之外，第一个在帧{frame}。接收方会丢弃这样的报文段，因此未予读取。",
    "{count} segments of the {who} are marked urgent, the first in frame {frame}. A receiver may take a byte of them "
    "out of the stream; here every byte was left where it stands.":
        "{who}的{count}个报文段带有紧急标志，第一个在帧{frame}。接收方可能把其中一个字节取出数据流；此处每个字节都留在原处。",
    "The SYN of the {who} carries data, in frame {frame}, without the option of TCP Fast Open. Receivers differ on "
    "such data; what the other side acknowledged decided.":
        "{who}的SYN在帧{frame}中携带数据，而没有TCP Fast Open选项。各种接收方对此处理不同；以另一方的确认为准。",
    "{count} SYNs of the {who}, the first in frame {frame}, came within the open connection, and nothing answers or "
    "follows them. A receiver ignores them, and reading went on.":
        "{who}的{count}个SYN出现在已建立的连接中，第一个在帧{frame}，没有应答也没有后续。接收方会忽略它们，读取照常继续。",
    "{count} resets of the {who}, the first in frame {frame}, have a sequence number outside of any window. A "
    "receiver ignores them, and reading went on.":
        "{who}的{count}个复位的序列号在任何窗口之外，第一个在帧{frame}。接收方会忽略它们，读取照常继续。",
    "The {who} gave more than one end of its data, or sent more behind it; the first such frame is {frame}. All of "
    "its data were read.":
        "{who}给出了不止一个数据结尾，或在结尾之后仍有发送；第一个这样的帧是{frame}。其全部数据均已读取。",
    "The {who} went on in frame {frame} behind the end that it had given: the FIN or reset before it did not come "
    "from it, or did not arrive. Reading went on there, as in the middle of an association.":
        "{who}在帧{frame}中越过自己给出的结尾继续发送：之前的FIN或复位并非由它发出，或未曾到达。读取从该处继续，如同在关联中途。",
    "Segments with a wrong checksum were left out": "校验和错误的报文段未予读取",
    "A receiver drops such segments, and an observer who reads them can be shown bytes that never arrived. When all "
    "segments of one machine are wrong, though, they were usually captured on that machine before its network card "
    "filled the checksums in.":
        "接收方会丢弃这样的报文段，而读取它们的观察者可能看到从未到达的字节。但若一台机器的所有报文段都错误，"
        "通常是在该机器上、网卡填入校验和之前抓的包。",
    "The sum over the IPv4 header, or over the TCP segment with its pseudo header (RFC 1071, RFC 9293 3.1).":
        "对IPv4头部，或对TCP报文段及其伪头部求和（RFC 1071，RFC 9293 3.1）。",
    "If the capture was made on the sending machine, read it without --checksums. Otherwise look for damage on the "
    "way, or for a device that sends what the receiver is not meant to take.":
        "若抓包是在发送方机器上进行的，请不带--checksums读取。否则请查找途中的损坏，或发送接收方本不应接收的内容的设备。",
    "{count} of {expected} segments from {host} have a wrong checksum and were left out; the first is frame {frame}.":
        "来自{host}的{expected}个报文段中有{count}个校验和错误，未予读取；第一个是帧{frame}。",
    "All {count} segments from {host} have a wrong checksum and were left out; the first is frame {frame}. So it "
    "looks when they were captured on the sending machine itself, whose network card fills the checksums in later: "
    "read again without --checksums.":
        "来自{host}的全部{count}个报文段校验和错误，未予读取；第一个是帧{frame}。在发送方机器上抓包、"
        "而其网卡随后才填入校验和时即是如此：请不带--checksums重新读取。",
    "{count} IP fragments have a wrong header checksum and were left out; the first is frame {frame}.":
        "{count}个IP分片的头部校验和错误，未予读取；第一个是帧{frame}。",
    "Small waits between acknowledgement and last segment": "确认与末尾报文段之间反复短暂等待",
    "The sender holds back a small last segment until the data before it is acknowledged (Nagle's algorithm), while "
    "the receiver delays that acknowledgement. Each message then loses about 40 or 200 ms, however fast the network "
    "is.":
        "发送方要等前面的数据被确认才发出末尾的小报文段（Nagle算法），而接收方又延迟发送该确认。无论网络多快，每条"
        "消息都因此损失约40或200毫秒。",
    "Again and again a small last segment leaves only when a late acknowledgement has come. Told once for two hosts, "
    "when it has cost a second and a twentieth of the time.":
        "末尾的小报文段一再等到迟来的确认到达后才发出。损失达到一秒且占时间的二十分之一时，对同两台主机只报告一次。",
    "Switch Nagle's algorithm off in the sending application (socket option TCP_NODELAY), or let it write a whole "
    "PDU at once.":
        "在发送应用中关闭Nagle算法（套接字选项TCP_NODELAY），或让它一次写出整个PDU。",
    "The {who} held back the last small segment of its messages until an acknowledgement came: {count} waits of "
    "about {value}, {time} in all: {result} % of the association's time.":
        "{who}要等到确认到达才发出其消息末尾的小报文段：等待{count}次，每次约{value}，共{time}，占关联时间的{result}%。",
    "In {expected} associations between these hosts up to this one, the {who} held back the last small segment of its "
    "messages until an acknowledgement came: {count} waits of about {value}, {time} in all: {result} % of their time.":
        "在这两台主机之间截至此处的{expected}个关联中，{who}要等到确认到达才发出其消息末尾的小报文段：等待{count}次，"
        "每次约{value}，共{time}，占其时间的{result}%。",

    # PDUs
    "A PDU of unknown type": "类型未知的PDU",
    "Every PDU begins with a type from 01H to 07H. Another value means that the sender is not speaking DICOM at this "
    "point or has lost its place in its own data; the receiver has to abort.":
        "每个PDU都以01H至07H的类型开头。其他值说明发送方此时并未使用DICOM，或其自身数据已错位；接收方必须中止。",
    "The first byte where a PDU should begin.": "本应为PDU开头处的第一个字节。",
    "Look at what the sender sent before: a PDU whose length is wrong is the usual cause. Report it to the sender's "
    "vendor with this capture.":
        "查看发送方此前发送的内容：通常是前一个PDU的长度有误。请将此抓包反馈给发送方的厂商。",
    "What the {who} sent in frame {frame} looks like {protocol}, not like DICOM. Taken for a PDU it has type {value} "
    "and PDU-length {size}; a log may show these numbers.":
        "{who}在帧{frame}中发送的内容看起来是{protocol}，而不是DICOM。若当作PDU，其类型为{value}，PDU-length为{size}；"
        "日志中可能出现这些数字。",
    "The {who} sent a PDU of type {value} in frame {frame}; only 01H to 07H exist.":
        "{who}在帧{frame}中发送了类型为{value}的PDU；只存在01H至07H。",
    "A PDU's length does not fit its content": "PDU长度与内容不符",
    "The PDU-length tells the receiver where the next PDU begins. If it is wrong, everything after it is read at the "
    "wrong place, and the association usually ends in an abort or a timeout.":
        "PDU长度告诉接收方下一个PDU从哪里开始。如果它有误，此后的内容都会在错误的位置读取，关联通常以中止或超时告终。",
    "The PDU-length beside what the fields inside it need, and where reading could resume.":
        "PDU长度与其中各字段所需长度的对照，以及可恢复读取的位置。",
    "The sender is at fault: update it, or report it to its vendor with this capture.":
        "过错在发送方：请升级其软件，或将此抓包反馈给其厂商。",
    "The {name} from the {who} in frame {frame} has a PDU-length of {value}; its content needs {expected}.":
        "{who}在帧{frame}中的{name}的PDU长度为{value}；其内容需要{expected}。",
    "The {name} from the {who} in frame {frame} has a PDU-length of {value}, far more than any real one.":
        "{who}在帧{frame}中的{name}的PDU长度为{value}，远大于任何实际的PDU。",
    "PDUs are longer than the receiver allows": "PDU超过接收方允许的长度",
    "Each side says in the negotiation how long the P-DATA-TF PDUs may be that it takes, and the other side must "
    "keep to it. Receivers with a fixed buffer abort, or lose data, when it does not.":
        "每一方在协商时都说明自己接收的P-DATA-TF最长可为多少，对方必须遵守。否则，缓冲区固定的接收方会中止或丢失数"
        "据。",
    "The receiver's Maximum Length Sub-Item (51H) and the PDU-length of each P-DATA-TF sent to it.":
        "接收方的最大长度子条目（51H），以及发给它的每个P-DATA-TF的PDU长度。",
    "The sender is at fault: set its maximum PDU size to the receiver's limit or below, or update it. Raising the "
    "receiver's maximum length may help until then.":
        "过错在发送方：将其最大PDU大小设为不超过接收方的限制，或升级其软件。在此之前，提高接收方的最大长度可能有帮"
        "助。",
    "The {who} sent P-DATA-TF PDUs of up to {size} bytes, but the other side takes at most {limit} (too long: "
    "{count}; first in frame {frame}).":
        "{who}发送的P-DATA-TF最长达{size}字节，而对方最多接收{limit}字节（过长的共{count}个，第一个在帧{frame}）。",
    "Reading resumed at a later PDU": "从后面的PDU恢复读取",
    "After missing bytes or nonsense the place where the next PDU begins was lost and had to be found again. The "
    "bytes in between are not explained.":
        "由于字节缺失或内容无意义，下一个PDU的起点一度丢失，只得重新寻找。其间的字节未作解释。",
    "How many bytes were skipped, and the PDU that was found behind them.": "跳过的字节数，以及在其后找到的PDU。",
    "See the finding about missing bytes or a wrong PDU just before; this one only says how much it cost.":
        "请看紧邻其前的关于缺失字节或错误PDU的发现；此处只说明因此损失了多少。",
    "{count} bytes from the {who} were skipped; reading resumed at {name} in frame {frame}.":
        "跳过了{who}的{count}字节；从帧{frame}中的{name}恢复读取。",
    "{count} bytes from the {who} were skipped, and no later PDU was found.":
        "跳过了{who}的{count}字节，其后未找到任何PDU。",

    # Items of the negotiation
    "An item ends outside its container": "条目越出所在结构的末尾",
    "An item inside a negotiation PDU says that it is longer or shorter than what it holds or what encloses it. "
    "Receivers may reject or abort, or misread what was proposed.":
        "协商PDU中某个条目标明的长度与其内容或所在结构不符。接收方可能拒绝或中止，也可能误读所提议的内容。",
    "The end that the item's length gives and the end of what encloses it.": "条目长度给出的末尾与所在结构的末尾。",
    "The sender is at fault: update it, or report it to its vendor with the dump of this PDU.":
        "过错在发送方：请升级其软件，或将此PDU的解析结果反馈给其厂商。",
    "The {name} from the {who} says it has {value} bytes; what encloses it leaves {limit}.":
        "{who}的{name}标明{value}字节；所在结构只剩{limit}字节。",
    "An item stands where it may not": "条目出现在不允许的位置",
    "The item is one the standard knows, but not at this place. Lenient receivers skip it, strict ones reject the "
    "association.":
        "该条目是标准所定义的，但不应出现在此处。宽松的接收方会跳过它，严格的接收方会拒绝关联。",
    "The item's type and the PDU or item in which it stands.": "条目的类型，以及它所在的PDU或条目。",
    "If the association fails, update the sender or report it to its vendor; otherwise it can be left.":
        "如果关联失败，请升级发送方或反馈给其厂商；否则可不处理。",
    "The {who} sent an item of type {value} inside {name}, where it may not stand.":
        "{who}在{name}中发送了类型为{value}的条目，该条目不允许出现在此处。",
    "An item of unknown type": "类型未知的条目",
    "The standard defines no item of this type, and receivers have to skip it. It comes from a newer edition or is a "
    "vendor's own.":
        "标准没有定义这种类型的条目，接收方必须跳过它。它可能来自更新的版次，或是厂商自定的。",
    "The item's type byte.": "条目的类型字节。",
    "Nothing has to be done, unless the receiver rejects because of it: then the receiver is at fault.":
        "无需处理，除非接收方因此而拒绝：那样的话过错在接收方。",
    "The {who} sent an item of type {value} inside {name}; the standard does not define it.":
        "{who}在{name}中发送了类型为{value}的条目；标准没有定义它。",
    "A mandatory item is missing": "缺少必需的条目",
    "The negotiation lacks something the standard requires, such as the application context, the maximum length or "
    "the implementation class UID. Strict peers reject or abort; lenient ones guess.":
        "协商中缺少标准要求的内容，例如应用环境、最大长度或实行体类UID。严格的对方会拒绝或中止，宽松的对方则会猜测。",
    "The items that are there, and the one that should stand among them.": "现有的条目，以及本应在其中的条目。",
    "The {name} from the {who} lacks what it must hold: {names}.": "{who}的{name}缺少必需的内容：{names}。",
    "An item stands twice that may stand once": "只许出现一次的条目重复出现",
    "Peers differ in which of the two they believe, so the sides may understand the negotiation differently.":
        "不同的实现会采信其中不同的一个，因此双方对协商结果的理解可能不一致。",
    "Both items, with their places.": "两个条目及其位置。",
    "The {name} from the {who} holds {names} {count} times; once is allowed.":
        "{who}的{name}中{names}出现{count}次；只允许一次。",

    # Associations
    "The association was rejected": "关联被拒绝",
    "The server read the request and said no. The three bytes of its answer tell whether trying again can help, "
    "which part of it refused, and why; most often an AE title is not registered there.":
        "服务器读了请求并予以拒绝。其回答的三个字节说明重试是否有用、由哪一部分拒绝以及原因；最常见的是AE名称未在该"
        "处登记。",
    "Result, Source and Reason of the A-ASSOCIATE-RJ, and the values of the request that it refuses.":
        "A-ASSOCIATE-RJ的结果、来源和原因，以及请求中被拒绝的值。",
    "Compare called AE title, calling AE title and address in the request with what is registered at the server, "
    "byte for byte; then read the server's log at that moment.":
        "将请求中的被调用实体名称、调用实体名称和地址与服务器上登记的逐字节比较；然后查看服务器当时的日志。",
    "{server} refused the association that {client_title} at {client} asked of '{server_title}': {meaning} ({result} "
    "by {source}, reason {reason}).":
        "{server}拒绝了{client}处的{client_title}向'{server_title}'请求的关联：{meaning}（{result}，由{source}给出，"
        "原因{reason}）。",
    "{server} refused the association: it does not know the called AE title '{server_title}' ({result} by {source}, "
    "reason {reason}). Ask its administrator which AE title it answers to, or whether case and spaces agree.":
        "{server}拒绝了关联：它不认识被调用实体名称'{server_title}'（{result}，由{source}给出，原因{reason}）。请向"
        "其管理员询问它应答的AE名称，或核对大小写和空格是否一致。",
    "{server_title} at {server} refused the association: it does not know the calling AE title '{client_title}' "
    "({result} by {source}, reason {reason}). Ask its administrator to register this title, with the same case and "
    "spaces, for the caller at {client}.":
        "{server}处的{server_title}拒绝了关联：它不认识调用实体名称'{client_title}'（{result}，由{source}给出，原因"
        "{reason}）。请其管理员为{client}处的呼叫方登记此名称，大小写和空格须一致。",
    "{server_title} at {server} refused the association: it does not support the application context '{value}' "
    "({result} by {source}, reason {reason}). DICOM has only {expected}.":
        "{server}处的{server_title}拒绝了关联：它不支持应用环境'{value}'（{result}，由{source}给出，原因{reason}）。"
        "DICOM只有{expected}。",
    "{server_title} at {server} refused the association: it does not support the protocol version that "
    "{client_title} offers, {version} ({result} by {source}, reason {reason}). Version 1, with bit 0 set, is the "
    "only one.":
        "{server}处的{server_title}拒绝了关联：它不支持{client_title}提出的协议版本{version}（{result}，由"
        "{source}给出，原因{reason}）。版本1（第0位为1）是唯一的版本。",
    "{server_title} at {server} refused the association for the moment: it is congested ({result} by {source}, "
    "reason {reason}). Try again later; if it comes back often, the server has too little room for its callers.":
        "{server}处的{server_title}暂时拒绝了关联：它正处于拥塞（{result}，由{source}给出，原因{reason}）。请稍后重"
        "试；如果经常发生，说明服务器容纳不了这么多呼叫方。",
    "{server_title} at {server} refused the association: a limit of its own is exceeded, mostly the number of "
    "associations open at once ({result} by {source}, reason {reason}). Open fewer at a time, close idle ones, or "
    "have the limit raised.":
        "{server}处的{server_title}拒绝了关联：超出其本地限制，多为同时打开的关联数（{result}，由{source}给出，原因"
        "{reason}）。请减少同时打开的关联、关闭空闲的关联，或请对方提高限制。",
    "{server} refused the association that {client_title} at {client} asked of '{server_title}' and gave no reason "
    "({result} by {source}, reason {reason}). Its log will say more; an AE title or address that is not registered, "
    "or a limit on associations, is common.":
        "{server}拒绝了{client}处的{client_title}向'{server_title}'请求的关联，未给出原因（{result}，由{source}给出，"
        "原因{reason}）。其日志会说明更多；常见的是AE名称或地址未登记，或关联数受限。",
    "{server} refused the association that {client_title} at {client} asked of '{server_title}' and gave no reason "
    "({result} by {source}, reason {reason}). The request carried a user identity of type {value}, which may be what "
    "it refused: check user name and passcode, or ticket or token, and their expiry.":
        "{server}拒绝了{client}处的{client_title}向'{server_title}'请求的关联，未给出原因（{result}，由{source}给出，"
        "原因{reason}）。请求带有类型{value}的用户身份，拒绝的可能正是它：请检查用户名和口令，或票据或令牌，以及有"
        "效期。",
    "The association was aborted": "关联被中止",
    "One side broke the association off. Source 0 means that its application decided so and gives no reason; source "
    "2 means that its protocol software could not go on, and the reason says why.":
        "一方中断了关联。来源0表示由其应用决定，不给出原因；来源2表示其协议软件无法继续，原因字段说明为什么。",
    "Source and Reason of the A-ABORT, who sent it, and what came last before it.":
        "A-ABORT的来源和原因、由谁发送，以及此前最后发生的事。",
    "Read the log of the side that aborted at that moment, and look at the last message before the abort: it is "
    "usually what the application could not bear.":
        "查看中止一方当时的日志，并查看中止之前的最后一条消息：应用无法接受的通常就是它。",
    "The {who} aborted the association between {client} and {server}: {meaning} (source {source}, reason {reason}).":
        "{who}中止了{client}与{server}之间的关联：{meaning}（来源{source}，原因{reason}）。",
    "The application of the {who} aborted the association between {client} and {server}; an A-ABORT of this kind "
    "gives no reason. Its log will say why.":
        "{who}的应用中止了{client}与{server}之间的关联；这类A-ABORT不给出原因。其日志会说明原因。",
    "The protocol software of the {who} aborted the association between {client} and {server}: {meaning} (source "
    "{source}, reason {reason}).":
        "{who}的协议软件中止了{client}与{server}之间的关联：{meaning}（来源{source}，原因{reason}）。",
    "The {who} aborted the association between {client} and {server} after {time} without an answer to {names}: it "
    "probably gave up waiting.":
        "{who}中止了{client}与{server}之间的关联，此前{names}在{time}内没有得到应答：很可能是放弃了等待。",
    "The association request was never answered": "关联请求从未得到应答",
    "The connection opened, the request was sent, and neither yes nor no came back. The server's application hangs, "
    "is overloaded or stuck in a name lookup, or does not speak DICOM.":
        "连接已打开，请求已发出，却没有接受也没有拒绝返回。服务器的应用已挂起、过载、卡在名称解析中，或并不使用"
        "DICOM。",
    "Nothing follows the A-ASSOCIATE-RQ but silence; who ended it, and after how long.":
        "A-ASSOCIATE-RQ之后只有静默；由谁结束，以及经过多长时间。",
    "Look whether the server's application is alive and has free associations; try a C-ECHO from another machine; "
    "check whether the server waits for a reverse name lookup of the caller's address.":
        "检查服务器的应用是否正常、是否有空余的关联；从另一台机器尝试C-ECHO；检查服务器是否在等待呼叫方地址的反向名"
        "称解析。",
    "{server} never answered the A-ASSOCIATE-RQ by which {client_title} called '{server_title}'; after {time} the "
    "{who} ended it ({outcome}).":
        "{server}从未应答{client_title}呼叫'{server_title}'的A-ASSOCIATE-RQ；{time}后由{who}结束（{outcome}）。",
    "{server} has not answered the A-ASSOCIATE-RQ by which {client_title} called '{server_title}'; the capture ends "
    "{time} later.":
        "{server}没有应答{client_title}呼叫'{server_title}'的A-ASSOCIATE-RQ；{time}后抓包结束。",
    "The association was accepted, but nothing in it": "关联被接受，但全部表示环境被拒绝",
    "The server agreed to talk and then refused every presentation context, so no message can be sent. To the user "
    "it looks like a connection that works while nothing arrives.":
        "服务器同意通信，却拒绝了每一个表示环境，因此无法发送任何消息。在用户看来，就像连接正常却什么也没到达。",
    "The A-ASSOCIATE-AC answers no proposed presentation context with result 0.":
        "A-ASSOCIATE-AC对所提议的表示环境没有一个给出结果0。",
    "Enable the SOP class or a transfer syntax in common on one of the sides; the results say which of the two is "
    "lacking.":
        "在其中一方启用所缺的SOP类或双方共有的传输语法；各结果说明缺的是哪一种。",
    "{server_title} at {server} accepted the association of {client_title}, but refused every presentation context: "
    "{names}.":
        "{server}处的{server_title}接受了{client_title}的关联，却拒绝了每一个表示环境：{names}。",
    "Some presentation contexts were refused": "部分表示环境被拒绝",
    "The server will not exchange these objects, or not in these encodings, on this association. That is normal when "
    "a client offers everything it knows; it matters when a refused one is needed. Not told where a query client "
    "did its work without them; the same refusals of two hosts are told once.":
        "服务器在此关联上不交换这些对象，或不用这些编码交换。客户端列出其所知的一切时这很正常；只有被拒绝的恰是所需"
        "的，才有影响。查询客户端不靠它们也完成了工作时不报告；同两台主机之间相同的拒绝只报告一次。",
    "The result (1 to 4) of each presentation context in the A-ASSOCIATE-AC.":
        "A-ASSOCIATE-AC中每个表示环境的结果（1至4）。",
    "If one of these is needed, enable the SOP class (result 3) or a transfer syntax both sides know (result 4) at "
    "the server, or ask its administrator why it is not allowed (results 1 and 2).":
        "如果需要其中之一，请在服务器上启用该SOP类（结果3）或双方都支持的传输语法（结果4），或询问其管理员为何不允"
        "许（结果1和2）。",
    "{server_title} at {server} refused {count} of {expected} presentation contexts: {names}.":
        "{server}处的{server_title}拒绝了{expected}个表示环境中的{count}个：{names}。",
    "{server_title} at {server} does not want what was proposed in {count} of {expected} presentation contexts "
    "(result 1): {names}.":
        "{server}处的{server_title}不接受{expected}个表示环境中{count}个所提议的内容（结果1）：{names}。",
    "{server_title} at {server} refused {count} of {expected} presentation contexts without a reason (result 2): "
    "{names}.":
        "{server}处的{server_title}未给出原因就拒绝了{expected}个表示环境中的{count}个（结果2）：{names}。",
    "{server_title} at {server} does not support the SOP classes of {count} of {expected} presentation contexts "
    "(result 3): {names}.":
        "{server}处的{server_title}不支持{expected}个表示环境中{count}个的SOP类（结果3）：{names}。",
    "{server_title} at {server} supports none of the transfer syntaxes offered in {count} of {expected} presentation "
    "contexts (result 4): {names}.":
        "{server}处的{server_title}不支持{expected}个表示环境中{count}个所提议的任何传输语法（结果4）：{names}。",
    "A presentation context ID is even": "表示环境ID为偶数",
    "The standard allows odd IDs only. Some servers ignore such a context, others abort the association.":
        "标准只允许奇数ID。有的服务器忽略这样的表示环境，有的则中止关联。",
    "The ID's byte in the Presentation Context Item.": "表示环境条目中ID所在的字节。",
    "The sender is at fault: update it, or report it to its vendor.": "过错在发送方：请升级其软件，或反馈给其厂商。",
    "The {who} used the even presentation context ID {context} for {name}.":
        "{who}对{name}使用了偶数的表示环境ID {context}。",
    "A presentation context ID is used twice": "表示环境ID重复",
    "Each ID may stand for one proposal only. With two, the sides may disagree about which SOP class and encoding a "
    "message uses.":
        "每个ID只能代表一个提议。若有两个，双方对消息使用的SOP类和编码可能理解不一致。",
    "Both Presentation Context Items with the same ID.": "具有相同ID的两个表示环境条目。",
    "The sender is at fault: update it, or report it to its vendor. Proposing fewer SOP classes helps where it "
    "counts beyond 255 and begins anew.":
        "过错在发送方：请升级其软件，或反馈给其厂商。如果是ID数到255以上又从头开始，减少提议的SOP类会有帮助。",
    "The {who} used presentation context ID {context} {count} times: {names}.":
        "{who}将表示环境ID {context}使用了{count}次：{names}。",
    "A proposed presentation context got no answer": "缺少表示环境应答",
    "The server must accept or refuse each proposal. The client cannot know whether the unanswered one may be used, "
    "and some clients abort.":
        "服务器必须接受或拒绝每一个提议。客户端无从得知未得到应答的表示环境能否使用，有的客户端会中止。",
    "IDs in the A-ASSOCIATE-RQ that are absent from the A-ASSOCIATE-AC.":
        "A-ASSOCIATE-RQ中有、而A-ASSOCIATE-AC中没有的ID。",
    "The server is at fault: update it, or report it to its vendor; as a workaround propose fewer SOP classes.":
        "过错在服务器：请升级其软件，或反馈给其厂商；作为变通可减少提议的SOP类。",
    "{server_title} at {server} left {count} of {expected} presentation contexts unanswered: {names}.":
        "{server}处的{server_title}没有应答{expected}个表示环境中的{count}个：{names}。",
    "An answer to a presentation context nobody proposed": "应答了未曾提议的表示环境",
    "The answers must match the proposals one to one. An extra one shows that the server's software mixes up "
    "associations or IDs.":
        "应答必须与提议一一对应。多出的应答说明服务器软件混淆了关联或ID。",
    "IDs in the A-ASSOCIATE-AC that are absent from the A-ASSOCIATE-RQ.":
        "A-ASSOCIATE-AC中有、而A-ASSOCIATE-RQ中没有的ID。",
    "The server is at fault: update it, or report it to its vendor with both PDUs.":
        "过错在服务器：请升级其软件，或将这两个PDU反馈给其厂商。",
    "{server_title} at {server} answered presentation contexts that were not proposed: {names}.":
        "{server}处的{server_title}应答了未曾提议的表示环境：{names}。",
    "A transfer syntax was accepted that was not offered": "接受了未提议的传输语法",
    "The server may choose only among the encodings the client offered. The client may be unable to send in this "
    "one, and what it sends may be misread.":
        "服务器只能在客户端提议的编码中选择。客户端可能无法以此编码发送，发送的内容也可能被误读。",
    "The transfer syntax in the A-ASSOCIATE-AC and those offered for the same ID in the A-ASSOCIATE-RQ.":
        "A-ASSOCIATE-AC中的传输语法，以及A-ASSOCIATE-RQ中同一ID所提议的传输语法。",
    "{server_title} at {server} accepted presentation context {context} ({name}) in {value}, which was not offered; "
    "offered were: {names}.":
        "{server}处的{server_title}以{value}接受了表示环境{context}（{name}），而它未被提议；所提议的是：{names}。",
    "A transfer syntax is offered twice in one context": "同一表示环境中重复提议传输语法",
    "It changes nothing in meaning, but some servers stumble over it.": "这不改变含义，但有的服务器会因此出错。",
    "Two equal Transfer Syntax Sub-Items in one Presentation Context Item.":
        "同一表示环境条目中有两个相同的传输语法子条目。",
    "Remove the double entry from the sender's configuration if it is there; otherwise leave it.":
        "如果重复项在发送方的配置中，请删去；否则可不处理。",
    "The {who} offers {value} more than once in presentation context {context} ({name}).":
        "{who}在表示环境{context}（{name}）中多次提议{value}。",
    "The {who} offers a transfer syntax more than once in {count} presentation contexts: {names}.":
        "{who}在{count}个表示环境中多次提议同一传输语法：{names}。",
    "An AE title is blank": "AE名称为空白",
    "Sixteen spaces mean that no name is given, which the standard forbids. Most servers reject such a caller.":
        "十六个空格表示没有给出名称，这为标准所禁止。大多数服务器会拒绝这样的呼叫方。",
    "The sixteen bytes of the AE title in the A-ASSOCIATE-RQ.": "A-ASSOCIATE-RQ中AE名称的十六个字节。",
    "Enter the AE title in the configuration of the calling application.": "在呼叫应用的配置中填写AE名称。",
    "{name} is all spaces in the A-ASSOCIATE-RQ from {client} to {server}.":
        "{client}发给{server}的A-ASSOCIATE-RQ中，{name}全为空格。",
    "An AE title holds illegal characters": "AE名称含非法字符",
    "An AE title is up to 16 plain printable characters, filled up with spaces. NUL bytes, control or other "
    "characters, or remains of an older name behind it, make the server see another title than the one displayed.":
        "AE名称至多16个普通可打印字符，不足以空格填充。NUL字节、控制字符或其他字符，或其后残留的旧名称，会使服务器"
        "看到的名称与显示的不同。",
    "The sixteen bytes of the AE title, shown one by one.": "AE名称的十六个字节，逐一显示。",
    "Retype the title in the calling application with capital letters, digits, underscore or hyphen; if NUL bytes "
    "remain, its software is at fault.":
        "在呼叫应用中用大写字母、数字、下划线或连字符重新输入名称；如果仍有NUL字节，则是其软件的过错。",
    "{name} holds bytes that may not stand there in the A-ASSOCIATE-RQ from {client} to {server}: {value}.":
        "{client}发给{server}的A-ASSOCIATE-RQ中，{name}含有不允许的字节：{value}。",
    "{name} is filled up with NUL bytes instead of spaces in the A-ASSOCIATE-RQ from {client} to {server}: {value}.":
        "{client}发给{server}的A-ASSOCIATE-RQ中，{name}以NUL字节而非空格填充：{value}。",
    "{name} has garbage behind the name in the A-ASSOCIATE-RQ from {client} to {server}: {value}.":
        "{client}发给{server}的A-ASSOCIATE-RQ中，{name}在名称之后有无用字节：{value}。",
    "A UID is malformed": "UID格式错误",
    "In a negotiation a UID is digits and dots, at most 64 characters, no number with a leading zero, nothing filled "
    "up at the end. A server that compares UIDs byte by byte does not recognise a malformed one.":
        "协商中的UID由数字和点组成，最长64个字符，各数字无前导零，末尾不填充。逐字节比较UID的服务器不会认出格式错误"
        "的UID。",
    "The UID's bytes and what is wrong with them.": "UID的字节及其错误之处。",
    "The sender is at fault: update it, or report it to its vendor. If it matters now, see whether the affected "
    "presentation contexts were refused.":
        "过错在发送方：请升级其软件，或反馈给其厂商。若要判断当前影响，请看相关的表示环境是否被拒绝。",
    "The {who} sent a malformed UID as {name}, '{value}': {reason}.":
        "{who}发送的{name} '{value}'是格式错误的UID：{reason}。",
    "The {who} sent {count} malformed UIDs; the first is {name}, '{value}': {reason}.":
        "{who}发送了{count}个格式错误的UID；第一个是{name} '{value}'：{reason}。",
    "An unusual protocol version": "协议版本异常",
    "DICOM has one protocol version, marked by bit 0. Without that bit the server should reject; other bits are to "
    "be ignored, but not every server does so.":
        "DICOM只有一个协议版本，以第0位标记。没有该位时服务器应拒绝；其他位应被忽略，但并非每个服务器都如此。",
    "The two bytes of Protocol-version.": "协议版本的两个字节。",
    "The {who} announced protocol version {version}; it should be {expected}.":
        "{who}声明的协议版本为{version}；应为{expected}。",
    "The {who} announced protocol version {version} without bit 0: it does not claim to support version 1, the only "
    "one.":
        "{who}声明的协议版本为{version}，第0位未置1：未表明支持版本1，而它是唯一的版本。",
    "An unusual application context": "应用环境名称异常",
    "DICOM has a single application context name, and every DICOM application names it. Another one means a private "
    "protocol or faulty software, and servers may reject it.":
        "DICOM只有一个应用环境名称，所有DICOM应用都使用它。其他名称意味着私有协议或有错误的软件，服务器可能拒绝。",
    "The name in the Application Context Item (10H).": "应用环境条目（10H）中的名称。",
    "Update the sender or report it to its vendor, unless both sides are meant to speak a private protocol.":
        "请升级发送方或反馈给其厂商，除非双方本就使用私有协议。",
    "The {who} named the application context '{value}'; it should be {expected}.":
        "{who}给出的应用环境名称为'{value}'；应为{expected}。",
    "A role was used that was not negotiated": "使用了未协商的角色",
    "Unless agreed otherwise, the caller uses the service and the called side provides it. With C-GET the objects "
    "travel back, so the caller must have asked for the SCP role for each storage SOP class and the server must have "
    "granted it.":
        "除非另有约定，呼叫方使用服务，被叫方提供服务。C-GET时对象反向传送，因此呼叫方必须为每个存储SOP类请求SCP角"
        "色，并得到服务器同意。",
    "Who sent the request, and the role selection sub-items (54H) of both sides for its SOP class.":
        "谁发送了请求，以及双方针对该SOP类的角色选择子条目（54H）。",
    "Enable role selection for the storage SOP classes in the application that does the C-GET, or use C-MOVE instead.":
        "在执行C-GET的应用中为各存储SOP类启用角色选择，或改用C-MOVE。",
    "The {who} sent {command} {message_id} as SCP of {name}, a role that was not negotiated.":
        "{who}以{name}的SCP角色发送了{command} {message_id}，该角色未经协商。",
    "The {who} sent {command} {message_id} as SCU of {name}, but the requestor had not asked for the SCP role.":
        "{who}以{name}的SCU角色发送了{command} {message_id}，但请求方没有请求SCP角色。",
    "The {who} sent {command} {message_id} as SCU of {name}, but the acceptor had not granted the requestor the SCP "
    "role.":
        "{who}以{name}的SCU角色发送了{command} {message_id}，但接受方没有同意请求方的SCP角色。",
    "A PDU came that is not allowed at this point": "该状态下出现意外的PDU",
    "The protocol says which PDU may be sent when. One out of turn makes the receiver abort, and shows that the "
    "sender's idea of the conversation is wrong.":
        "协议规定了何时可以发送哪种PDU。不合时宜的PDU会使接收方中止，也说明发送方对会话状态的认识有误。",
    "The peer's state, the event, and the cell of the state table; PDUs that merely crossed on the way are not "
    "counted.":
        "对方的状态、事件以及状态表中的单元格；仅在途中交错的PDU不计在内。",
    "The sender is at fault: report it to its vendor with this capture.": "过错在发送方：请将此抓包反馈给其厂商。",
    "The {who} sent {name} in state {state}, where it may not (event {event}, Table 9-10: {cell}).":
        "{who}在状态{state}下发送了{name}，而此时不允许（事件{event}，表9-10：{cell}）。",
    "The {who} sent {name} in frame {frame} after the association had ended.":
        "关联结束之后，{who}在帧{frame}中又发送了{name}。",
    "Both sides asked for release at once": "双方同时请求释放",
    "It is rare and allowed: each side sent its A-RELEASE-RQ before it saw the other's. Only the requestor should "
    "ask for release, so one of the two goes beyond its part.":
        "这很少见，但允许：双方在看到对方的A-RELEASE-RQ之前各自发出了自己的。只应由请求方请求释放，因此其中一方越出"
        "了本分。",
    "An A-RELEASE-RQ in each direction, neither of them an answer to the other.":
        "两个方向各有一个A-RELEASE-RQ，且互不为应答。",
    "Nothing has to be done if the association ends well. If it hangs or aborts, one side does not know this case: "
    "report it to its vendor.":
        "如果关联正常结束，则无需处理。如果挂起或被中止，说明一方不会处理这种情况：请反馈给其厂商。",
    "{client} and {server} sent each other an A-RELEASE-RQ at the same time; outcome: {outcome}.":
        "{client}与{server}同时向对方发送了A-RELEASE-RQ；结果：{outcome}。",
    "The association ended before its work was done": "操作未完成，关联已结束",
    "The association was ended in good order or closed while a message was incomplete or a response outstanding. "
    "Whether that operation was done is unknown to the side that asked for it.":
        "在消息尚不完整或响应尚未到来时，关联就被正常释放或关闭。请求方无从得知该操作是否完成。",
    "The requests without a final response, and the incomplete messages, when the release or close came.":
        "释放或关闭到来时，没有最终响应的请求和不完整的消息。",
    "Find out why the side that ended it did not wait, often a short timeout, and repeat the operation.":
        "查明结束关联的一方为何没有等待（常为超时过短），并重做该操作。",
    "The {who} ended the association between {client} and {server} ({outcome}) before this was finished: {names}.":
        "{who}结束了{client}与{server}之间的关联（{outcome}），而以下内容尚未完成：{names}。",
    "The caller looks like a known mass scanner": "呼叫方疑似已知的大规模扫描器",
    "The request has the marks of a program that searches the internet or a network for open DICOM servers. If it "
    "came from outside, this server can be reached from there.":
        "该请求带有某种程序的特征，这种程序在互联网或内网中搜索开放的DICOM服务器。如果它来自外部，说明此服务器可从"
        "外部访问。",
    "The fields of the A-ASSOCIATE-RQ that match the fingerprint.": "A-ASSOCIATE-RQ中与指纹相符的字段。",
    "Find out who the caller is. Let only registered addresses and AE titles reach the DICOM port, and never expose "
    "it to the internet.":
        "查明呼叫方是谁。只允许登记的地址和AE名称访问DICOM端口，切勿将其暴露在互联网上。",
    "The A-ASSOCIATE-RQ from {client} to {server} looks like that of {name}: {value}.":
        "{client}发给{server}的A-ASSOCIATE-RQ与{name}的特征相符：{value}。",

    # Messages
    "A message on a presentation context that was not accepted": "在未被接受的表示环境上发送消息",
    "A message may be sent only where both sides agreed on the SOP class and the encoding. The receiver cannot know "
    "how to read it and will usually abort.":
        "只有双方就SOP类和编码达成一致后才能发送消息。接收方不知道如何读取它，通常会中止。",
    "The presentation context ID of the fragment and the answer to it in the A-ASSOCIATE-AC.":
        "分片的表示环境ID，以及A-ASSOCIATE-AC中对它的应答。",
    "The sender is at fault: report it to its vendor. If the context was refused, enabling the SOP class or transfer "
    "syntax at the receiver lets the message through.":
        "过错在发送方：请反馈给其厂商。如果该表示环境是被拒绝的，在接收方启用相应的SOP类或传输语法即可使消息通过。",
    "The {who} sent {command} on presentation context {context}, which was not accepted.":
        "{who}在表示环境{context}上发送了{command}，而该表示环境未被接受。",
    "The {who} sent {command} on presentation context {context} ({name}), which was refused: {result}.":
        "{who}在表示环境{context}（{name}）上发送了{command}，而该表示环境已被拒绝：{result}。",
    "The {who} sent {command} on presentation context {context}, which nobody had proposed.":
        "{who}在表示环境{context}上发送了{command}，而该表示环境从未被提议。",
    "A message fragment breaks the rules": "消息分片不合规则",
    "Messages travel in fragments whose order and length are ruled: an even number of bytes, one message at a time, "
    "the command set before the data set. Otherwise receivers put the message together wrongly, or abort.":
        "消息以分片传送，其顺序和长度都有规定：偶数个字节，一次一条消息，命令集在数据集之前。否则接收方会错误地拼接"
        "消息，或中止。",
    "The length and message control header of the fragment, and the fragments around it.":
        "分片的长度和消息控制头，以及其前后的分片。",
    "A message fragment from the {who} in frame {frame} is malformed: {reason}.":
        "{who}在帧{frame}中的消息分片不合规则：{reason}。",
    "{count} message fragments from the {who} are malformed; the first, in frame {frame}: {reason}.":
        "{who}有{count}个消息分片不合规则；第一个在帧{frame}中：{reason}。",
    "A command set cannot be read as it should": "命令集格式错误",
    "The command set says what is wanted and for which object. If it is malformed, the receiver may refuse it, take "
    "it for something else, or abort.":
        "命令集说明要做什么、针对哪个对象。如果格式错误，接收方可能拒绝、误解，或中止。",
    "The elements of the command set and where they stop making sense.": "命令集的各元素，以及从何处起不再合理。",
    "The sender is at fault: update it, or report it to its vendor with the dump of this message.":
        "过错在发送方：请升级其软件，或将此消息的解析结果反馈给其厂商。",
    "The command set of a message from the {who} in frame {frame} is malformed: {reason}.":
        "{who}在帧{frame}中的消息的命令集格式错误：{reason}。",
    "The command set of {command} {message_id} from the {who} is malformed: {reason}.":
        "{who}的{command} {message_id}的命令集格式错误：{reason}。",
    "The {who} sent a command that the standard does not define, {value}, in frame {frame}.":
        "{who}在帧{frame}中发送了标准没有定义的命令{value}。",
    "Announced and sent data sets do not agree": "数据集的声明与实际不符",
    "Each command says whether a data set follows. If it never comes, the receiver waits for it; if it comes "
    "unannounced, the receiver takes it for something else.":
        "每条命令都说明其后是否有数据集。若声明了却不到来，接收方会一直等待；若未声明却到来，接收方会误作他物。",
    "The Command Data Set Type and the fragments that follow.": "命令数据集类型及其后的分片。",
    "{command} {message_id} from the {who} announces a data set that never came.":
        "{who}的{command} {message_id}声明了数据集，但数据集始终没有到来。",
    "{command} {message_id} from the {who} announces no data set, but one came.":
        "{who}的{command} {message_id}声明没有数据集，却有数据集到来。",
    "The message is about another SOP class than its context": "消息的SOP类与表示环境不符",
    "A presentation context is agreed on for one SOP class, or for the members of a meta SOP class. A message about "
    "another one on it may be refused, or stored wrongly.":
        "表示环境是针对一个SOP类（或一个元SOP类的各成员）商定的。在其上发送其他SOP类的消息可能被拒绝，或被错误存储。",
    "The SOP class in the command set and the abstract syntax of the presentation context.":
        "命令集中的SOP类，以及表示环境的抽象语法。",
    "{command} {message_id} from the {who} names {name}, but presentation context {context} stands for {expected}.":
        "{who}的{command} {message_id}给出的是{name}，而表示环境{context}对应的是{expected}。",
    "An operation failed": "操作失败",
    "The other side got the request, tried or declined it, and reported a failure. The status says why in the words "
    "of its service; an error comment and offending elements say more where they were sent.":
        "对方收到请求，尝试或谢绝之后报告了失败。状态按其所属服务说明原因；如果带有错误说明和出错元素，则说明得更详"
        "细。",
    "The Status of the response, with its Error Comment and Offending Element.":
        "响应中的状态，以及错误说明和出错元素。",
    "Look up the status here and read the log of the responding side at that moment; correct what it names and "
    "repeat the operation.":
        "在此查看状态的含义，并查看响应一方当时的日志；纠正其所指之处后重做该操作。",
    "{command} {message_id} failed: {meaning} ({status}).": "{command} {message_id}失败：{meaning}（{status}）。",
    "{count} operations of the kind {command} failed: {meaning} ({status}); the first is message ID {message_id}.":
        "{count}个{command}操作失败：{meaning}（{status}）；第一个的消息ID为{message_id}。",
    "{command} {message_id} failed: {meaning} ({status}). The responding side says that it is out of room: look at its "
    "disk, memory and database, and at its log, for some say so of any failure.":
        "{command} {message_id}失败：{meaning}（{status}）。响应一方称资源耗尽：请检查其磁盘、内存、数据库和日志，"
        "有些系统对任何失败都这样回答。",
    "{command} {message_id} failed: {meaning} ({status}). The data set lacks something that {name} requires, or says "
    "another SOP class than the command.":
        "{command} {message_id}失败：{meaning}（{status}）。数据集缺少{name}所要求的内容，或其SOP类与命令不同。",
    "{command} {message_id} failed: {meaning} ({status}). The responding side could not read or process the data "
    "set; its log will say which element.":
        "{command} {message_id}失败：{meaning}（{status}）。响应一方无法读取或处理数据集；其日志会说明是哪个元素。",
    "{command} {message_id} failed: {meaning} ({status}). The responding side accepted the presentation context for "
    "{name}, but does not carry out this operation for it.":
        "{command} {message_id}失败：{meaning}（{status}）。响应一方接受了{name}的表示环境，却不为其执行此操作。",
    "{command} {message_id} failed: {meaning} ({status}). Ask the responding side's administrator to allow "
    "{client_title} this operation.":
        "{command} {message_id}失败：{meaning}（{status}）。请响应一方的管理员允许{client_title}执行此操作。",
    "{command} {message_id} failed: {meaning} ({status}). The responding side already has an object with this UID.":
        "{command} {message_id}失败：{meaning}（{status}）。响应一方已有具有此UID的对象。",
    "An operation was done with a warning": "操作完成但有警告",
    "The operation was carried out, but not quite as asked: elements were changed or dropped, or only part of the "
    "work was done.":
        "操作已执行，但与请求不完全一致：元素被修改或丢弃，或只完成了部分工作。",
    "Check in the responding side's log what it changed; decide whether the sender should deliver it differently.":
        "在响应一方的日志中查看修改了什么；再决定发送方是否应以其他方式提供。",
    "{command} {message_id} was done with a warning: {meaning} ({status}).":
        "{command} {message_id}已完成，但有警告：{meaning}（{status}）。",
    "{count} operations of the kind {command} were done with a warning: {meaning} ({status}); the first is message "
    "ID {message_id}.":
        "{count}个{command}操作已完成但有警告：{meaning}（{status}）；第一个的消息ID为{message_id}。",
    "The move destination is unknown to the server": "移动目标未知",
    "A C-MOVE names only the AE title the objects should go to; the server must know address and port of that title. "
    "It does not, so nothing was sent.":
        "C-MOVE只给出对象应送往的AE名称；服务器必须知道该名称的地址和端口。它不知道，因此什么也没有发送。",
    "The response to the C-MOVE has status A801H, and the request names the Move Destination.":
        "C-MOVE的响应状态为A801H，请求中给出了移动目标。",
    "Register the destination's AE title, address and port at the server, with the same case and spaces, and open "
    "the way from the server to that port.":
        "在服务器上登记目标的AE名称、地址和端口，大小写和空格须一致，并放通服务器到该端口的路径。",
    "{server_title} at {server} does not know the move destination '{destination}' of C-MOVE-RQ {message_id} "
    "(A801H). Have AE title, address and port of '{destination}' registered there, with the same case and spaces.":
        "{server}处的{server_title}不认识C-MOVE-RQ {message_id}的移动目标'{destination}'（A801H）。请在该处登记'"
        "{destination}'的AE名称、地址和端口，大小写和空格须一致。",
    "A C-MOVE succeeded and nothing arrived": "C-MOVE成功但未见图像传送",
    "The server reports success, yet no object travelled as far as this capture shows. Either nothing matched the "
    "request, or the objects went where this capture cannot see them.":
        "服务器报告成功，但从此抓包看没有任何对象传送。要么没有与请求相符的对象，要么对象的去向不在此抓包的视野之内。",
    "The counters of sub-operations in the final C-MOVE-RSP, and whether the capture has an association to the move "
    "destination.":
        "最终C-MOVE-RSP中的子操作计数，以及抓包中是否有通往移动目标的关联。",
    "With 0 completed, compare the UIDs in the request with what the server holds. Otherwise check which address and "
    "port the server has registered for the destination, and capture there.":
        "如果已完成数为0，请将请求中的UID与服务器上的内容比较。否则检查服务器为该目标登记的地址和端口，并在该处抓包。",
    "C-MOVE-RQ {message_id} to '{destination}' ended with success and 0 completed sub-operations: nothing matched "
    "what it asked for.":
        "发往'{destination}'的C-MOVE-RQ {message_id}以成功结束，已完成的子操作为0：没有与请求相符的对象。",
    "C-MOVE-RQ {message_id} to '{destination}' ended with success and {count} completed sub-operations, but no "
    "association to '{destination}' is in this capture.":
        "发往'{destination}'的C-MOVE-RQ {message_id}以成功结束，已完成的子操作为{count}，但此抓包中没有通往'"
        "{destination}'的关联。",
    "Some of the objects could not be transferred": "部分对象传送失败",
    "A C-MOVE or C-GET consists of one C-STORE for each object, and some of them failed. The requester has an "
    "incomplete study.":
        "C-MOVE或C-GET由针对每个对象的C-STORE组成，其中有些失败了。请求者得到的检查不完整。",
    "The counters of failed, completed and warning sub-operations in the final response.":
        "最终响应中失败、已完成和警告的子操作计数。",
    "Look at the C-STORE responses and refused presentation contexts of the association that carried the objects; a "
    "SOP class or transfer syntax that the destination does not take is the usual cause.":
        "查看传送对象的关联中的C-STORE响应和被拒绝的表示环境；通常是目标不接受某个SOP类或传输语法。",
    "{command} {message_id}: {count} of {expected} sub-operations failed ({status}).":
        "{command} {message_id}：{expected}个子操作中有{count}个失败（{status}）。",
    "{command} {message_id} to '{destination}': {count} of {expected} sub-operations failed ({status}).":
        "发往'{destination}'的{command} {message_id}：{expected}个子操作中有{count}个失败（{status}）。",
    "{command} {message_id}: the counters of sub-operations do not add up; they say {value}, but {count} C-STORE "
    "were seen.":
        "{command} {message_id}：子操作计数不一致；计数为{value}，而实际看到{count}个C-STORE。",
    "A request was never answered": "有请求无响应",
    "Every operation has to be answered on the association on which it was asked. The side that asked cannot know "
    "whether it was done, and often hangs until its own timeout.":
        "每个操作都必须在提出它的关联上得到响应。请求的一方无从得知操作是否完成，往往会挂起到自身超时为止。",
    "The request, the time that passed, and how the association ended; nothing before it explains the silence.":
        "请求、经过的时间以及关联如何结束；此前没有能解释这一静默的原因。",
    "Read the log of the side that should have answered; a crash, a database lock, or a timeout shorter than the "
    "work takes is the usual cause.":
        "查看本应响应一方的日志；通常是崩溃、数据库锁，或超时短于操作所需的时间。",
    "{command} {message_id} from the {who} was never answered; the association ended {time} later ({outcome}).":
        "{who}的{command} {message_id}从未得到响应；{time}后关联结束（{outcome}）。",
    "{command} {message_id} from the {who} got {count} pending responses, but no final one; the association ended "
    "{time} later ({outcome}).":
        "{who}的{command} {message_id}得到{count}个进行中的响应，但没有最终响应；{time}后关联结束（{outcome}）。",
    "{count} requests from the {who} were never answered: {names}; the association ended {time} later ({outcome}).":
        "{who}有{count}个请求从未得到响应：{names}；{time}后关联结束（{outcome}）。",
    "A response to no open request": "有响应无请求",
    "Each request has exactly one final response with its Message ID. A stray one makes the receiver match answers "
    "to the wrong requests, or abort.":
        "每个请求恰有一个带有其消息ID的最终响应。多余的响应会使接收方把应答对应到错误的请求，或中止。",
    "The Message ID Being Responded To and the requests that were open at that moment.":
        "被响应消息ID，以及当时未完成的请求。",
    "The responding side is at fault: update it, or report it to its vendor with this capture.":
        "过错在响应一方：请升级其软件，或将此抓包反馈给其厂商。",
    "{command} from the {who} answers message ID {message_id}, but no request with this ID is open.":
        "{who}的{command}响应的是消息ID {message_id}，但没有未完成的请求使用此ID。",
    "{command} from the {who} is a second final response to message ID {message_id}.":
        "{who}的{command}是对消息ID {message_id}的第二个最终响应。",
    "{command} from the {who} answers message ID {message_id}, but the request with this ID is {name}.":
        "{who}的{command}响应的是消息ID {message_id}，但使用此ID的请求是{name}。",
    "Bytes of a message are missing": "消息缺少部分字节",
    "The message was not captured, or not sent, to its end. What is there is shown; what is missing is not guessed.":
        "消息没有被完整捕获，或没有完整发送。已有的部分照常显示，缺失的部分不作猜测。",
    "The missing ranges of the stream, or the last fragment that never came.":
        "数据流中缺失的范围，或始终没有到来的最后分片。",
    "If bytes were not captured, record again at a point that keeps up. If the sender stopped, look at how the "
    "association ended.":
        "如果是字节未被捕获，请在跟得上速度的位置重新录制。如果是发送方停止了发送，请看关联是如何结束的。",
    "{command} {message_id} from the {who} is not whole: {size} bytes of its data set came, but not its last fragment, "
    "or not all before it.":
        "{who}的{command} {message_id}不完整：其数据集到达了{size}字节，但最后分片没有到来，或其前的字节不全。",

    # Data sets
    "A data set cannot be read to its end": "数据集无法读到末尾",
    "The data set does not follow the encoding that was negotiated for it, from some point on. The receiver will "
    "refuse it, store it damaged, or fail later when it is opened.":
        "数据集从某处起不符合为其协商的编码。接收方会拒绝它、存入损坏的内容，或在以后打开时失败。",
    "Reading it in the negotiated transfer syntax stops at that byte.": "按协商的传输语法读取，到该字节处停止。",
    "The sender is at fault: update it, or report it to its vendor. Check whether the object was already damaged "
    "where it is stored.":
        "过错在发送方：请升级其软件，或反馈给其厂商。并检查该对象在存储处是否已经损坏。",
    "The data set of {command} {message_id} from the {who} cannot be read as {name} from its byte {value} on: "
    "{reason}.":
        "{who}的{command} {message_id}的数据集从第{value}字节起无法按{name}读取：{reason}。",
    "A data set is in another transfer syntax than agreed": "传输语法不匹配",
    "Both sides agreed on an encoding, and the data set comes in another. The receiver reads nonsense, and may store "
    "it under the wrong label.":
        "双方商定了一种编码，数据集却以另一种编码到来。接收方读到的是无意义的内容，并可能以错误的标记存储。",
    "The data set cannot be read in the negotiated transfer syntax, but can in another.":
        "数据集无法按协商的传输语法读取，却能按另一种读取。",
    "The sender is at fault: let it convert objects to the accepted transfer syntax, or propose the one they are "
    "stored in as a presentation context of its own.":
        "过错在发送方：应将对象转换为所接受的传输语法，或为其存储时的传输语法单独提议一个表示环境。",
    "The data set of {command} {message_id} from the {who} is in {value}, but presentation context {context} was "
    "accepted for {expected}.":
        "{who}的{command} {message_id}的数据集为{value}，而表示环境{context}商定的是{expected}。",
    "The data set is not the object its command names": "数据集与命令所指的对象不符",
    "The command set names one SOP class or instance, the data set inside says another. Archives then index the "
    "object under one identity and deliver it under the other.":
        "命令集给出一个SOP类或实例，其中的数据集却是另一个。归档会以一种身份建立索引，却以另一种身份提供该对象。",
    "The UIDs in the command set and those in the data set, side by side.": "命令集与数据集中的UID对照。",
    "The sender is at fault: look for software on the way that rewrites UIDs in one place only (anonymisers, "
    "routers), or report it to the vendor.":
        "过错在发送方：检查途中只在一处改写UID的软件（匿名化工具、路由器），或反馈给厂商。",
    "{name} is {value} in the data set of {command} {message_id}, but {expected} in its command set.":
        "{command} {message_id}的数据集中{name}为{value}，而命令集中为{expected}。",

    # Security
    "Credentials were sent without encryption": "凭据以明文传输",
    "A passcode, ticket or token travelled where everyone on the path can read and reuse it. It should be regarded "
    "as known to others.":
        "口令、票据或令牌以途中任何人都能读取和再次使用的方式传送。应视为已经泄露。",
    "A user identity sub-item (58H) of a type that carries a secret, on a connection without TLS; the secret is "
    "shown masked. Told once for two hosts and a type.":
        "未使用TLS的连接上带有机密的用户身份子条目（58H）；机密以遮蔽方式显示。对同两台主机的同一类型只报告一次。",
    "Switch TLS on for this connection, then change the passcode or withdraw the ticket or token. Delete captures "
    "that hold it.":
        "为此连接启用TLS，然后更换口令，或撤销票据或令牌。删除含有它的抓包。",
    "{client_title} at {client} sent credentials to {server} without TLS: user identity type {value} ({meaning}).":
        "{client}处的{client_title}未使用TLS就向{server}发送了凭据：用户身份类型{value}（{meaning}）。",
    "Patient data travelled without encryption": "患者数据以明文传输",
    "Plain DICOM can be read by everyone on its path. Inside a protected network this is common; across the internet "
    "or shared networks it is not acceptable.":
        "明文DICOM可被途中的任何人读取。在受保护的网络内这很常见；在互联网或共享网络上则不可接受。",
    "Data sets could be read in this capture.": "此抓包中的数据集可以读取。",
    "Use TLS or a VPN wherever the path leaves a protected network, and keep this capture as safe as the patient "
    "data it holds.":
        "凡路径离开受保护网络之处，应使用TLS或VPN；此抓包应与其中的患者数据同样妥善保管。",
    "Data sets travelled without TLS, first between {client} and {server} (associations: {count}).":
        "数据集未使用TLS传送，最先出现在{client}与{server}之间（关联数：{count}）。",
    "One client tries many AE titles": "同一客户端尝试大量AE名称",
    "The client calls with one AE title after another, as somebody does who looks for a name that is let in. An AE "
    "title is no password: whoever finds one may get at the images.":
        "该客户端接连以不同的AE名称呼叫，像是有人在寻找能通过的名称。AE名称不是密码：找到一个，就可能取得图像。",
    "The number of different titles from one address in a short time, and how many were rejected.":
        "同一地址在短时间内使用的不同名称数，以及其中被拒绝的数量。",
    "Find out who the client is, block it, and let the server accept registered addresses only, with TLS and client "
    "certificates where possible.":
        "查明该客户端是谁并加以阻断；让服务器只接受登记的地址，并尽可能使用TLS和客户端证书。",
    "{client} tried {count} different AE titles at {server} within {time}: {names}.":
        "{client}在{time}内对{server}尝试了{count}个不同的AE名称：{names}。",
    "{client} tried {count} different AE titles at {server} within {time} and was let in with '{value}': {names}.":
        "{client}在{time}内对{server}尝试了{count}个不同的AE名称，并以'{value}'获准进入：{names}。",

    # Performance
    "Small PDUs slow the transfer down": "PDU过小拖慢传输",
    "The receiver allows only short PDUs, so large objects are cut into very many pieces, each with headers and work "
    "on both sides. Raising the limit costs only memory.":
        "接收方只允许较短的PDU，因此大对象被切成大量小块，每块都有头部，双方都要处理。提高限制只多用一些内存。",
    "The maximum length of the receiver, the number of PDUs and the share of their headers.":
        "接收方的最大长度、PDU的数量，以及其头部所占的比例。",
    "Raise the maximum PDU size at the receiver, for example to 128 KB or more, and see that the sender makes use of "
    "it.":
        "提高接收方的最大PDU大小，例如128 KB或更大，并确认发送方会加以利用。",
    "The {who} takes PDUs of at most {limit} bytes; {size} bytes of data were cut into {count} PDUs, with {value} % "
    "of overhead.":
        "{who}接收的PDU最长{limit}字节；{size}字节的数据被切成{count}个PDU，额外开销占{value} %。",
    "Most of the time was spent waiting for responses": "大部分时间用于等待响应",
    "Messages went one at a time, and the sender waited for each response before the next. The wider the distance "
    "and the smaller the objects, the more this costs, whatever the bandwidth.":
        "消息逐条发送，发送方等到每个响应后才发下一条。距离越远、对象越小，代价越大，与带宽无关。",
    "The time between the end of each request and its response, and what share of it is network, sender and receiver.":
        "每个请求结束到其响应之间的时间，以及其中网络、发送方和接收方各占的比例。",
    "If the receiver is slow, look at its disk and database. If the network is far, send over several associations "
    "at once, or negotiate an asynchronous operations window where both sides support it.":
        "如果是接收方慢，请检查其磁盘和数据库。如果是网络距离远，请同时使用多个关联发送，或在双方都支持时协商异步操"
        "作窗口。",
    "{value} % of {time} were spent waiting for responses to {count} messages sent one at a time; shares: {names}.":
        "{count}条消息逐条发送，{time}中有{value} %用于等待响应；各部分所占比例：{names}。",
    "{value} % of {time} were spent waiting for responses to {count} messages, although an asynchronous operations "
    "window of {limit} was negotiated; shares: {names}.":
        "虽然协商了{limit}的异步操作窗口，{count}条消息仍使{time}中的{value} %用于等待响应；各部分所占比例："
        "{names}。",
}
# fmt: on
