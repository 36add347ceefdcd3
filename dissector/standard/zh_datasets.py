"""Simplified Chinese for the texts of `datasets.py`: rows, delimiters, value representations, problems, summaries.

Strategy: keyed by the English text, in the order of `datasets.py`. What other `zh_` modules have is not here again.
"""

from __future__ import annotations

# fmt: off
ZH: dict[str, str] = {
    # rows and tables
    "Group number and element number: which attribute this is.": "组号和元素号：说明这是哪个属性。",
    "VR": "VR（值表示）",
    "Value representation: how the value is written, in two letters.": "值表示：以两个字母说明值的写法。",
    "Two bytes of zero before a length of 32 bits.": "32位长度之前的两个零字节。",
    "Counts the bytes of the value.": "值的字节数。",
    "No number is given: a delimiter ends the value.": "未给出长度：由定界项结束。",
    "undefined length: a delimiter ends it": "未定义长度：由定界项结束",
    "The value, padded to an even number of bytes.": "值，填充为偶数个字节。",
    "Offsets": "偏移量",
    "Where each frame starts, counted from the first byte after this table.":
        "每一帧的起始位置，从本表之后的第一个字节算起。",
    "Bytes of the fragment": "片段的字节",
    "A piece of the compressed pixel data.": "压缩像素数据的一段。",
    "Attributes with their values, in the order of their tags.": "按标签顺序排列的属性及其值。",
    "Item": "项",
    "One data set inside a sequence.": "序列中的一个数据集。",
    "Item: Basic Offset Table": "项：基本偏移表",
    "The first item of encapsulated pixel data; empty, or where each frame starts.":
        "封装像素数据的第一项；为空，或给出每一帧的起始位置。",
    "Item: Fragment": "项：片段",
    "One piece of the compressed pixel data.": "压缩像素数据中的一段。",
    "Item Delimitation Item": "项定界项",
    "Ends an item of undefined length.": "结束未定义长度的项。",
    "Sequence Delimitation Item": "序列定界项",
    "Ends a sequence, or encapsulated pixel data, of undefined length.": "结束未定义长度的序列或封装像素数据。",
    "Deflated bytes": "压缩的字节",
    "The data set as it was sent, compressed as RFC 1951 says.": "按RFC 1951压缩发送的数据集。",
    "Deflated Data Set": "压缩的数据集",
    "Compressed as a whole; its elements are shown in the inflated bytes.": "整体压缩；各元素在解压后的字节中显示。",
    "Group Length": "组长度",
    "How many bytes the group takes after this element; retired.": "该元素之后本组的字节数；已废弃。",
    "Private Creator": "私有创建者",
    "Whose private elements the block holds that this element reserves.": "说明该元素所保留的块中的私有元素属于谁。",
    "Private Element": "私有元素",
    "What it means is known to its creator.": "其含义由创建者定义。",
    "Unknown Element": "未知元素",
    "Not in the data dictionary.": "数据字典中没有。",
    "An attribute of the data dictionary (PS3.6).": "数据字典中的属性（PS3.6）。",
    # value representations
    "Application Entity": "应用实体",
    "Age String": "年龄串",
    "Attribute Tag": "属性标签",
    "Code String": "代码串",
    "Date": "日期",
    "Decimal String": "十进制串",
    "Date Time": "日期时间",
    "Floating Point Single": "单精度浮点数",
    "Floating Point Double": "双精度浮点数",
    "Integer String": "整数串",
    "Long String": "长串",
    "Long Text": "长文本",
    "Other Byte": "其他字节",
    "Other Double": "其他双精度",
    "Other Float": "其他浮点",
    "Other Long": "其他长字",
    "Other 64-bit Very Long": "其他64位超长字",
    "Other Word": "其他字",
    "Person Name": "人名",
    "Short String": "短串",
    "Signed Long": "有符号长整数",
    "Sequence of Items": "项的序列",
    "Signed Short": "有符号短整数",
    "Short Text": "短文本",
    "Signed 64-bit Very Long": "有符号64位整数",
    "Time": "时间",
    "Unlimited Characters": "不限长字符",
    "Unique Identifier": "唯一标识符",
    "Unsigned Long": "无符号长整数",
    "Unknown": "未知",
    "Universal Resource Identifier or Locator": "统一资源标识符或定位符",
    "Unsigned Short": "无符号短整数",
    "Unlimited Text": "不限长文本",
    "Unsigned 64-bit Very Long": "无符号64位整数",
    # how values read
    "three digits and D, W, M or Y": "三位数字加D、W、M或Y",
    "capital letters, digits, spaces and underscores only": "只能有大写字母、数字、空格和下划线",
    "YYYYMMDD": "YYYYMMDD",
    "a decimal number": "十进制数",
    "YYYYMMDDHHMMSS.FFFFFF&ZZXX": "YYYYMMDDHHMMSS.FFFFFF&ZZXX",
    "a whole number": "整数",
    "HHMMSS.FFFFFF": "HHMMSS.FFFFFF",
    "digits and dots, no component empty or with a leading zero": "数字和点，各分量不得为空或以零开头",
    "no spaces before it": "前面不得有空格",
    # problems
    "Value Length says {claimed} bytes, but only {available} are left in what encloses it (PS3.5 7.1.1)":
        "值长度为{claimed}字节，但其所在范围内只剩{available}字节（PS3.5 7.1.1）",
    "ends inside {name}: {available} of {needed} bytes are there (PS3.5 7.1.1)":
        "在{name}内结束：需要{needed}字节，只有{available}字节（PS3.5 7.1.1）",
    "no value representation stands here, so nothing after it can be read (PS3.5 7.1.2)":
        "此处没有值表示，其后的内容无法读取（PS3.5 7.1.2）",
    "no value representation stands here; read as implicit VR (PS3.5 7.1.2)":
        "此处没有值表示；按隐式VR读取（PS3.5 7.1.2）",
    "value representation {vr} is not one of Table 6.2-1 (PS3.5 6.2)": "值表示{vr}不在表6.2-1中（PS3.5 6.2）",
    "value representation {vr}; the data dictionary says {expected} (PS3.6 6)":
        "值表示为{vr}；数据字典规定为{expected}（PS3.6 6）",
    "{vr} may not have an undefined length (PS3.5 7.1.2)": "{vr}不得使用未定义长度（PS3.5 7.1.2）",
    "this element does not stand in the order of tags (PS3.5 7.1)": "该元素未按标签顺序排列（PS3.5 7.1）",
    "this element stands twice (PS3.5 7.1)": "该元素重复出现（PS3.5 7.1）",
    "group {group} does not belong into a data set (PS3.5 7.1)": "组{group}不属于数据集（PS3.5 7.1）",
    "the group would end {count} bytes beyond the data set (PS3.5 7.2)": "该组将超出数据集末尾{count}字节（PS3.5 7.2）",
    "nothing is open that this could belong to (PS3.5 7.5)": "没有与之对应的未结束内容（PS3.5 7.5）",
    "the length of a delimiter is 0, not {claimed} (PS3.5 7.5.1)": "定界项的长度应为0，而不是{claimed}（PS3.5 7.5.1）",
    "no {name} ends this (PS3.5 7.5)": "没有{name}结束此内容（PS3.5 7.5）",
    "an Item should stand here (PS3.5 7.5)": "此处应为一个项（PS3.5 7.5）",
    "the preamble of a file stands here: files are not sent as they are (PS3.10 7.1)":
        "此处是文件的前导部分：文件不应原样发送（PS3.10 7.1）",
    "sequences are nested deeper than {limit} levels; not looked into": "序列嵌套超过{limit}层；不再解析",
    "more than {limit} elements; the rest is not looked into": "元素超过{limit}个；其余不再解析",
    "cannot be inflated beyond {count} bytes (PS3.5 A.5)": "解压到{count}字节后无法继续（PS3.5 A.5）",
    "inflates to more than {limit} bytes; the rest is not looked into": "解压后超过{limit}字节；其余不再解析",
    "{count} bytes follow the end of the deflated data (PS3.5 A.5)": "压缩数据结束之后还有{count}字节（PS3.5 A.5）",
    "does not read as {negotiated}; it does as {found}, which is shown":
        "无法按{negotiated}读取；可按{found}读取，并如此显示",
    "does not read as {negotiated}, nor in another transfer syntax": "无法按{negotiated}读取，也无法按其他传输语法读取",
    "the command set says {other}": "命令集中为{other}",
    "the value has an odd number of bytes ({count}) (PS3.5 7.1.1)": "值的字节数为奇数（{count}）（PS3.5 7.1.1）",
    "{count} bytes do not divide into values of {needed} bytes as {vr} has them (PS3.5 6.2)":
        "{count}字节不能分成{vr}的每个{needed}字节的值（PS3.5 6.2）",
    "a value has {count} characters, {vr} allows {limit} (PS3.5 6.2)":
        "一个值有{count}个字符，{vr}允许{limit}个（PS3.5 6.2）",
    "a value is not written as {vr} asks: {rule} (PS3.5 6.2)": "一个值不符合{vr}的写法：{rule}（PS3.5 6.2）",
    "a number does not fit 32 bits, as IS asks (PS3.5 6.2)": "一个数超出IS要求的32位范围（PS3.5 6.2）",
    "a value holds control characters that {vr} does not allow (PS3.5 6.2)":
        "一个值含有{vr}不允许的控制字符（PS3.5 6.2）",
    "padded with NUL; {vr} is padded with a space (PS3.5 6.2)": "用NUL填充；{vr}应用空格填充（PS3.5 6.2）",
    "a name has {count} component groups or components; {limit} are allowed (PS3.5 6.2.1)":
        "一个人名有{count}个分量组或分量；允许{limit}个（PS3.5 6.2.1）",
    "bytes that are not characters of the Specific Character Set (PS3.5 6.1)":
        "有字节不是特定字符集中的字符（PS3.5 6.1）",
    "bytes above 7FH, but no Specific Character Set says what they mean (PS3.5 6.1.2)":
        "有大于7FH的字节，但没有特定字符集说明其含义（PS3.5 6.1.2）",
    "not a defined term for a character set (PS3.3 C.12.1.1.2)": "不是字符集的已定义术语（PS3.3 C.12.1.1.2）",
    "{count} values; the data dictionary allows {expected} (PS3.5 6.4)":
        "{count}个值；数据字典允许{expected}个（PS3.5 6.4）",
    # summaries
    "{level} level": "{level}级",
    "returns {count} keys": "返回{count}个键",
    "and {count} more": "另有{count}个",
    "empty data set": "空数据集",
}
# fmt: on
