/** Refusals of a change of the configuration, in Chinese. Numbers in braces stand for what is put in. */
export const REFUSALS_ZH: Readonly<Record<string, string>> = {
  'The configuration cannot be looked at now: {0}': '目前无法查看配置：{0}',
  'The gateway stops: ask again when it runs.': '网关正在停止：请待其运行后再试。',
  'Somebody has changed the configuration since you read it{0}. Read it again, and decide anew.':
    '您读取之后，配置已被他人更改{0}。请重新读取，再作决定。',
  'The configuration cannot be written, and stays as it was: {0}': '配置无法写入，保持原样：{0}',
  'Version {0} is written, but could not be read again: {1}. Send SIGHUP, or start the gateway anew.':
    '版本 {0} 已写入，但无法重新读取：{1}。请发送 SIGHUP，或重新启动网关。',
  'There is no version {0} of the configuration: the oldest are deleted.': '没有版本 {0} 的配置：最旧的已删除。',
  'Too many questions about the configuration wait for their answers: ask again in a moment.':
    '等待回答的配置请求过多：请稍后再试。',
  'In a cluster each node has a configuration file of its own: change them where they are, all alike.':
    '集群中每个节点有各自的配置文件：请在其所在处作相同的更改。',
  'In a cluster each process has a configuration file of its own: change them where they are, all alike.':
    '集群中每个进程有各自的配置文件：请在其所在处作相同的更改。',
  'A server of OPC UA is being asked: ask again when that has ended.': '正在查询一台 OPC UA 服务器：请待其结束后再试。',
  'There is no certificate of a server with this SHA-256.': '没有此 SHA-256 的服务器证书。',
  'Too many questions about accounts and credentials wait for their answers: ask again in a moment.':
    '等待回答的账户与凭据请求过多：请稍后再试。',
  'In a cluster each node has lists of its own: change them where they are, with greengauge user and device.':
    '集群中每个节点有各自的列表：请在其所在处用 greengauge user 和 device 更改。',
  'there is no account {0}.': '没有账户 {0}。',
  '{0} is there already.': '{0} 已存在。',
  '{0} has a token {1} already: remove it first.': '{0} 已有令牌 {1}：请先作废它。',
  '{0} has no token {1}.': '{0} 没有令牌 {1}。',
  'nobody could administer the gateway any more without {0}.': '没有 {0}，就再没有人能管理此网关。',
  'client {0} has no credential.': '客户端 {0} 没有凭据。',
  'client {0} has a credential already: give it a new token instead.': '客户端 {0} 已有凭据：请改为发放新令牌。',
  '{0} is the device of client {1} already.': '{0} 已是客户端 {1} 的设备。',
  '{0} is the id that entries of people stand under: take another one.': '{0} 是人工录入使用的 ID：请换一个。',
  'The list cannot be written ({0}): nothing was changed.': '无法写入列表（{0}）：未作任何更改。',
  'The password until now is another one.': '当前密码不正确。',
  'There were too many wrong passwords: try again in {0} s.': '密码错误次数过多：请在 {0} 秒后再试。',
  'the first account has to be that of an administrator.': '第一个账户必须是管理员账户。',
  'the password of {0} was changed meanwhile.': '{0} 的密码已在此期间被更改。',
  '{0} has {1} tokens: remove one first.': '{0} 已有 {1} 个令牌：请先移除一个。',
  'there are {0} accounts: remove one first.': '已有 {0} 个账户：请先移除一个。',
  'There are as many subscriptions as there may be, {0}: delete one first.': '订阅数量已达上限，{0}：请先删除一个。',
  'Subscriptions are synced and not streamed; what is live comes by /ws/v1 and by MQTT.':
    '订阅只能同步，不能流式推送；实时数据由 /ws/v1 和 MQTT 提供。',
  'Updates were dropped, as too many waited: the numbers that are left out tell which.':
    '等待的更新过多，部分已丢弃：缺失的序号说明是哪些。',
  'There are more components than one answer has: register them by their ids.':
    '组成部分超出一次应答的上限：请按标识逐个登记。',
  'There are more components than one answer has: ask for the rest by their ids.':
    '组成部分超出一次应答的上限：其余请按标识查询。',
  'Nothing is written by i3X here: devices send over MQTT, HJ 212, Modbus or OPC UA.':
    '此处不能通过 i3X 写入：设备通过 MQTT、HJ 212、Modbus 或 OPC UA 发送。',
  'There are more values than one answer has: ask on from the last timestamp, and for fewer ids.':
    '数值超出一次应答的上限：请从最后一个时间戳继续查询，并减少标识数量。',
  'The past of components is asked for by their own ids.': '组成部分的历史请按其自身的标识查询。',
}
