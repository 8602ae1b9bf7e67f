const JUMPED = 'the clock of this machine jumped from {0} to {1}'
const BEHIND = 'the clock of this machine said {0} when the gateway was started, and {1} had been before'
const CHECK_CLOCK = '不会丢失任何数据；请检查时钟（timedatectl、chronyc tracking）'

/** Sentences of readiness and channels on what is not well, in Chinese. Numbers in braces stand for what is put in. */
export const CHECKS_ZH: Readonly<Record<string, string>> = {
  'what the journal held at the start is still being read': '启动时日志中的内容仍在读取',
  'the figures of what was archived before the start are still being computed': '启动前已归档数据的数值仍在计算',
  'figures are {0} s behind what has arrived: more comes than is worked off; nothing is lost and messages are taken; wait, or send history more slowly':
    '数值落后于已到达的数据 {0} 秒：到达的多于能处理的；不会丢失任何数据，消息照常接收；请稍候，或放慢历史数据的发送',
  'readings of the past have waited {0} s to be in the figures; figures of now are on time, and nothing is lost':
    '历史读数已等待计入 {0} 秒；当前数值及时，不会丢失任何数据',
  '{0} refused since {1}, first of device {2} of plant {3}: limits.{4} is {5}':
    '自 {1} 起拒收 {0} 项，首先是工厂 {3} 的设备 {2}：limits.{4} 为 {5}',
  'devices of plant {0} are being removed': '正在移除工厂 {0} 的设备或测点',
  '{0} of plant {1} cannot be removed yet: {2}': '暂时无法移除工厂 {1} 的 {0}：{2}',
  'nothing was removed by the order of {0} for plant {1}: {2}': '{0} 对工厂 {1} 的移除指令未移除任何内容：{2}',
  'not all was removed by the order of {0} for plant {1}: {2}': '{0} 对工厂 {1} 的移除指令未能全部移除：{2}',
  'it has ended on {0}, and clients that check it do not connect; put a new one in its place':
    '证书已于 {0} 到期，校验证书的客户端无法连接；请更换新证书',
  'it begins on {0}, and clients that check it do not connect yet; check the clock':
    '证书自 {0} 起生效，校验证书的客户端暂时无法连接；请检查时钟',
  'it ends on {0}, in {1} days; put a new one in its place': '证书将于 {0} 到期，还有 {1} 天；请更换新证书',
  'it ends on {0}, in {1} day; put a new one in its place': '证书将于 {0} 到期，还有 {1} 天；请更换新证书',
  'until {0} nothing is deleted by its age and no report makes itself: the clock may be a wrong one':
    '在 {0} 之前不按时限删除数据，也不自动生成报告：时钟可能有误',
  [`${JUMPED}: which of the two is right nobody can tell, so times of arrival go on as before, until it is taken back or has stood for {2} minutes; nothing is lost; check the clock (timedatectl, chronyc tracking)`]: `本机时钟从 {0} 跳到 {1}：无法判断哪个正确，因此到达时间照旧延续，直到时钟调回或保持 {2} 分钟；${CHECK_CLOCK}`,
  [`${JUMPED} and is right again since {2}; times of arrival went on meanwhile as if nothing had been`]:
    '本机时钟曾从 {0} 跳到 {1}，自 {2} 起恢复正确；其间到达时间照常延续',
  [`${JUMPED} and is followed since {2}; if it is wrong, set it; readings without ts from the time of a wrong clock have its time (ts_assumed); what was refused as ts_future can be retried from the quarantine once the clock is right`]:
    '本机时钟从 {0} 跳到 {1}，自 {2} 起采用；若有误请校正；时钟有误期间未带 ts 的读数采用其时间（ts_assumed）；因 ts_future 被拒的可在时钟正确后从隔离区重试',
  [`${BEHIND}: times of arrival go on from there until the clock says something later, which is followed at once, or has stood for {2} minutes; nothing is lost; check the clock (timedatectl, chronyc tracking), and its battery`]: `网关启动时本机时钟为 {0}，而之前为 {1}：到达时间由此延续，直到时钟给出更晚的时间（立即采用）或保持 {2} 分钟；${CHECK_CLOCK}及其电池`,
  [`${BEHIND}; it is right since {2}; what came meanwhile has times of arrival behind {3}`]:
    '网关启动时本机时钟为 {0}，而之前为 {1}；自 {2} 起正确；其间到达的数据，其到达时间在 {3} 之后',
  'figures of {0} are made again by the calculation rules of edition {1}: {2} %':
    '正在按第 {1} 版计算规则重新计算 {0} 的数值：{2} %',
  'figures of {0} are made again with the newer factor tables: {1} %': '正在按新的因子表重新计算 {0} 的数值：{1} %',
  'store {0}: {1}': '存储 {0}：{1}',
  'the report of schedule {0} was not made, it is tried again: {1}': '定时报告 {0} 未生成，将再次尝试：{1}',
  'documents of schedule {0} do not go out, it is tried again: {1}': '定时任务 {0} 的文件未能发出，将再次尝试：{1}',
  'there is no notification channel {0} of type mail': '没有类型为邮件的通知渠道 {0}',
  'what it is to be given waits in the archive': '待写入的数据在档案中等待',
  'what is due waits': '应报送的数据在等待',
  'what is due waits, since {0}': '应报送的数据自 {0} 起等待',
  'it was tested just now; try again in {0} s': '刚刚测试过；请 {0} 秒后再试',
  'the message could not be made or sent ({0}): look at the settings': '消息无法生成或发送（{0}）：请检查设置',
  'HTTP {0}, a redirect: give the address that it leads to': 'HTTP {0}，为重定向：请填写其指向的地址',
  'the answer is not that of a robot, look at the url: {0}': '应答不是群机器人的应答，请检查地址：{0}',
}
