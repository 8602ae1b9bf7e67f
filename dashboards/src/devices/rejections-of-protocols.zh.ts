/** These are the sentences by which decoders of Sparkplug B, HJ 212, Modbus, profiles and limits reject, with the same in Chinese. */
export const PROTOCOL_SENTENCES: readonly (readonly [sentence: RegExp, chinese: string])[] = [
  [/^a status is online or offline, without quotes; (.+) came$/, '状态只能为 online 或 offline，不加引号；收到 $1'],
  [/^the message is nested more than (\d+) levels$/, '消息嵌套超过 $1 层'],
  [/^(\d+) of (\d+) events: (.+)$/, '$2 个事件中的 $1 个：$3'],
  [/^an event must be at most (\d+) characters of JSON$/, '事件的 JSON 最多 $1 个字符'],
  [/^the unit of (\S+) is (.+): a text of at most (\d+) characters$/, '$1 的单位为 $2；应为最多 $3 个字符的文本'],
  [
    /^(\S+) is (.+); a state is a well-formed text of at most (\d+) characters$/,
    '$1 为 $2；状态应为最多 $3 个字符的文本',
  ],
  [/^device (\S+) of plant (\S+) has no room for one more metric: (.+)$/, '工厂 $2 的设备 $1 指标数已满：$3'],
  [
    /^device (\S+) of plant (\S+) has no room for one more event of (\S+): (.+)$/,
    '工厂 $2 的设备 $1 的事件数已满（$3）：$4',
  ],
  [
    /^plant (\S+) has no room for one more event of (\S+), here of device (\S+): (.+)$/,
    '工厂 $1 的事件数已满（$2，设备 $3）：$4',
  ],
  [/^plant (\S+) has no room for one more device, (\S+): (.+)$/, '工厂 $1 的设备数已满，无法接收 $2：$3'],
  [/^plant (\S+) has no room for one more line, (\S+): (.+)$/, '工厂 $1 的产线数已满，无法接收 $2：$3'],
  [/^no room for one more plant, (\S+): (.+)$/, '工厂数已满，无法接收 $1：$2'],
  [/^no room for one more device, (\S+) of plant (\S+): (.+)$/, '设备总数已满，无法接收工厂 $2 的 $1：$3'],
  [
    /^no room for one more metric, here of device (\S+) of plant (\S+): (.+)$/,
    '指标总数已满，无法接收工厂 $2 的设备 $1 的指标：$3',
  ],
  [
    /^(\S+) is the id that entries of people stand under: .+$/,
    '$1 是人工填报专用的标识；请给设备另取标识，或在该工厂的 devices 中列出',
  ],

  // HJ 212
  [
    /^who sent this as (.+) gave a PW that is not that station's: .+$/,
    '以 $1 名义发送者的 PW 与该站点不符：请核对 hj212.stations 的 password',
  ],
  [/^no station has the MN (.+): add it to hj212.stations$/, '没有 MN 为 $1 的站点：请在 hj212.stations 中添加'],
  [/^Flag is (.+): its bits 2 to 7 are .+$/, 'Flag 为 $1：其第 2 至 7 位应为 0、1 或 2，对应 2005、2017 或 2025 版'],
  [/^CN is (.+): values come with (.+)$/, 'CN 为 $1：数据命令为 2011、2031、2051 和 2061'],
  [/^(\S+) is (".*"); a number is expected$/, '$1 为 $2；应为数字'],
  [/^the frame has no DataTime(.*)$/, '报文缺少 DataTime$1'],
  [/^DataTime is (.+); it is written like (\d+)$/, 'DataTime 为 $1；格式应如 $2'],
  [/^a frame begins with ## and four digits of length$/, '报文应以 ## 和四位长度开头'],
  [
    /^The data segment has (\d+) bytes, more than hj212.frame_bytes_max\.$/,
    '数据段为 $1 字节，超过 hj212.frame_bytes_max。',
  ],
  [
    /^The frame declares a length of (\d+), its data segment has (\d+) bytes: .+$/,
    '报文声明长度为 $1，数据段实为 $2 字节：应从长度字段之后计至最后的 &&。',
  ],
  [
    /^The frame ends with the check sum (\S+), its data segment has (\S+): .+$/,
    '报文校验码为 $1，按数据段计算为 $2：传输中被改动，或按其他字节、其他 CRC-16 算法计算。',
  ],
  [
    /^The check sum is right, but its letters are not in (\S+) case: .+ set crc: (\S+) of the station\.$/,
    '校验码正确，但字母大小写不符（应为 $1）：若数采仪始终如此发送，请为该站点设置 crc: $2。',
  ],
  [/^the unit of (.+) differs between devices: set (\S+) of the station$/, '$1 的单位因设备而异：请为该站点设置 $2'],

  // Modbus
  [/^there is no Modbus profile (\S+)$/, '没有 Modbus 规约 $1'],
  [/^no unit of this connection stands in the section modbus$/, 'modbus 配置中没有此连接的从站'],
  [/^this is not what the poller writes: read_at and blocks$/, '不是轮询程序写入的内容：应含 read_at 与 blocks'],
  [/^(.+) was not read: the profile was another when the meter was asked$/, '$1 未读取：查询仪表时规约不同'],
  [
    /^(.+) holds (.+), as (\S+) no number: look at its type and word_order$/,
    '$1 的寄存器为 $2，按 $3 不是数值：请检查 type 与 word_order',
  ],

  // OPC UA
  [/^this server does not stand in the section opcua$/, 'opcua 配置中没有此服务器'],
  [/^no node (.+) of this server stands in the section opcua$/, 'opcua 配置中没有此服务器的节点 $1'],
  [
    /^this is not what the OPC UA client writes: read_at with values or connected$/,
    '不是 OPC UA 客户端写入的内容：应含 read_at 以及 values 或 connected',
  ],
  [
    /^node (.+) is (\S+), an array: name one of its elements \(element\)$/,
    '节点 $1 为数组 $2：请用 element 指定其元素',
  ],
  [
    /^node (.+) holds a (\S+), which is neither a number, a truth value nor a text$/,
    '节点 $1 的类型为 $2，不是数值、布尔值或文本',
  ],
  [/^node (.+) holds (.+), for which words has no state$/, '节点 $1 的值为 $2，words 中没有对应的状态'],
  [/^node (.+) holds (\S+), which is no number$/, '节点 $1 的值为 $2，不是数值'],

  // Profiles
  [/^(.+) is not there$/, '缺少 $1'],
  [/^(.+), which names the device, is no text$/, '用于命名设备的 $1 不是文本'],
  [/^no id can be made of the device name (.+); map it \(devices\)$/, '设备名 $1 无法转换为标识；请在 devices 中对应'],
  [/^the time (.+) is (.+), which cannot be read$/, '时间 $1 为 $2，无法读取'],
  [/^(.+): (\S+) is (.+); (.+) is expected$/, '$1：$2 为 $3；应为 $4'],

  // Sparkplug B
  [/^a topic is (\S+) or (\S+); this one has (\d+) levels$/, '主题应为 $1 或 $2；此主题有 $3 级'],
  [/^with (\d+) levels the third one is (.+); (".*") came$/, '$1 级主题的第三级应为 $2；收到 $3'],
  [/^an id has 1 to (\d+) characters, one has (\d+)$/, '标识为 1 至 $1 个字符，其中一个有 $2 个'],
  [/^the payload is no Sparkplug B payload: (.+)$/, '载荷不是 Sparkplug B 载荷（$1）'],
  [/^the message has more than (\d+) metrics; send them in several$/, '消息超过 $1 个指标；请分多条发送'],
  [/^the payload is compressed, .+$/, '载荷经过压缩，Sparkplug B 不支持；请关闭压缩'],
  [/^seq is (\d+); it goes from 0 to 255$/, 'seq 为 $1；应为 0 至 255'],
  [/^(.+) and (.+) would both be (\S+); .+$/, '$1 与 $2 会对应同一指标 $3；请在 sparkplug.metrics 中为其一另取名称'],
  [/^the data sets of a device have more than (\d+) columns$/, '一台设备的数据集超过 $1 列'],
  [/^the metric was born without a data type$/, '指标的 birth 中没有数据类型'],
  [/^the birth has no place yet$/, 'birth 尚无对应位置'],
  [/^the name of a column is too long$/, '列名过长'],
  [/^a data set has (\d+) columns and (\d+) types of columns$/, '数据集有 $1 列，但列类型为 $2 个'],
  [/^a data set has (\d+) rows and no column of type DateTime .+$/, '数据集有 $1 行，但没有 DateTime 类型的列加以区分'],
  [/^a data set cannot be read: (.+)$/, '数据集无法读取（$1）'],
  [/^a data set has more than (\d+) columns$/, '数据集超过 $1 列'],
  [/^a data set has more than (\d+) rows$/, '数据集超过 $1 行'],
  [/^a row of a data set has more elements than columns$/, '数据集某行的元素多于列数'],
  [/^a row of a data set has fewer elements than columns$/, '数据集某行的元素少于列数'],
  [/^a row of a data set lacks its time$/, '数据集某行缺少时间'],
  [
    /^(.+) would be device (\S+) of plant (\S+), as (.+) is; .+$/,
    '$1 会与 $4 对应同一设备（工厂 $3 的 $2）；请在 sparkplug.nodes 中为其一另取标识',
  ],
  [
    /^no ids can be made of (.+); give it a place under sparkplug\.nodes$/,
    '无法由 $1 得出标识；请在 sparkplug.nodes 中指定',
  ],
  [
    /^no metric name can be made of (.+); give it one under sparkplug\.metrics$/,
    '无法由 $1 得出指标名；请在 sparkplug.metrics 中指定',
  ],
  [/^a metric cannot be read: (.+)$/, '指标无法读取（$1）'],
  [/^the name of a metric has (\d+) bytes; at most (\d+)$/, '指标名为 $1 字节；最多 $2 字节'],
  [/^the alias of a metric is 2\^53 or more; .+$/, '指标别名达到 2^53，无法区分'],
  [/^the node has more than (\d+) devices; give it fewer$/, '节点超过 $1 台设备；请减少'],
  [/^a metric has more than (\d+) properties$/, '指标的属性超过 $1 个'],
  [/^a metric of a birth has no name$/, 'birth 中的指标没有名称'],
  [/^the birth has no metric of this name$/, 'birth 中没有此名称的指标'],
  [/^a metric has neither a name nor an alias$/, '指标既无名称也无别名'],
  [/^the birth has not given the alias (\d+)$/, 'birth 中没有别名 $1'],
  [/^the birth has given twice the alias (\d+)$/, 'birth 中别名 $1 出现两次'],
  [/^the metric has no value, and does not say that it is null$/, '指标没有值，也未声明为 null'],
  [/^the message is older than the birth that is known: .+$/, '消息早于已知的 birth：其别名可能指其他指标'],
  [/^an NDEATH has a metric bdSeq; none came$/, 'NDEATH 应含指标 bdSeq；未收到'],
  [/^no NBIRTH of the node (.+) is known$/, '尚未收到节点 $1 的 NBIRTH'],
  [/^the node (.+) has died, and no NBIRTH has come since$/, '节点 $1 已下线，此后未收到 NBIRTH'],
  [/^the data type (.+) is not one of a single value$/, '数据类型 $1 不是单值类型'],
  [/^the value is about (\S+): whole numbers from 2\^53 on .+$/, '数值约为 $1：2^53 及以上的整数无法区分，不予采用'],
  [/^a text of (\d+) bytes came; at most (\d+) are taken$/, '文本为 $1 字节；最多 $2 字节'],
  [/^the text is not UTF-8$/, '文本不是 UTF-8 编码'],
  [/^the metric was born as (\S+), and no value came$/, '指标的 birth 类型为 $1，但没有值'],
  [/^the metric was born as (\S+), and the value came as (.+)$/, '指标的 birth 类型为 $1，但值为 $2'],
  [/^(\S+) is no (Int\d+|UInt\d+|Float|Double|Boolean)$/, '$1 不是 $2'],
  [/^(.+) has a device of somebody else: (.+)$/, '$1 含有属于他人的设备：$2'],
  [
    /^(.+) was born by (.+), which is still connected, and (.+) sends another birth of it; .+$/,
    '$1 由 $2 上线且仍连接，而 $3 又发送了其 birth；若节点每次更换客户端标识，请使用 greengauge device client any-id 的凭据',
  ],
  [
    /^(.+) was born by (.+), and (.+) sends in its name; .+$/,
    '$1 由 $2 上线，而 $3 以其名义发送；接管节点者须先发送 NBIRTH',
  ],
]

/** Such sentences end with these parts, which mostly say what to do about a limit. */
export const PROTOCOL_PARTS: readonly (readonly [part: string, chinese: string])[] = [
  ['configure or register the device, or raise the limit', '请配置或登记该设备，或调高上限'],
  ['configure or register it, or raise the limit', '请配置或登记，或调高上限'],
  ['configure it, or raise the limit', '请配置，或调高上限'],
  ['list it under metrics of the device, or raise the limit', '请列入该设备的 metrics，或调高上限'],
  ['send fewer, or raise the limit', '请减少发送，或调高上限'],
  [
    '; greengauge device forget takes away those that should not be there',
    '；不应存在的可用 greengauge device forget 清除',
  ],
  [' of types that figures depend on for good', '（影响数值的类型）'],
]
