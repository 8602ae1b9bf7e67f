import { RIGHTS, type Right, rolesWith } from '../../../../src/base/roles.js'

/** Refusals of those who lack a right, which name the roles that have it. */
const OF_RIGHTS = (Object.keys(RIGHTS) as Right[]).map((right) => {
  const roles = rolesWith(right)
  const who = `${roles.join(' and ')} ${roles.length === 1 ? 'has' : 'have'}`
  return [
    `This needs the right ${right} ({0}), which ${who}; the role here is {1}.`,
    `此操作需要权限 ${right}，角色 ${roles.join('、')} 拥有该权限；当前角色为 {1}。`,
  ]
})

const STATES: Readonly<Record<string, string>> = {
  proposed: '待批准',
  counted: '已生效',
  recorded: '已存档',
  withdrawn: '已撤回',
  rejected: '已驳回',
}

/** Refusals of entries by the state that an entry is in. */
const OF_ENTRIES = Object.entries(STATES).flatMap(([state, chinese]) => [
  [`The entry {0} is ${state}: there is nothing to approve.`, `条目 {0} ${chinese}：没有可批准的内容。`],
  [`The entry {0} is ${state}: there is nothing to reject.`, `条目 {0} ${chinese}：没有可驳回的内容。`],
  [`The entry {0} is ${state}: it does not count.`, `条目 {0} ${chinese}：未计入。`],
])

const OF_CERTIFICATES: readonly (readonly [who: string, zh: string])[] = [
  ['are named by contract {2} of {3}', '已写入 {3} 的合同 {2}'],
  ['are {2} by {3} (entry {4})', '已由 {3} 登记（{2}，条目 {4}）'],
  ['are claimed', '已被登记'],
]

/** Refusals of certificates that somebody has already, by who that is and why it cannot be claimed again. */
const TWICE_CLAIMED = OF_CERTIFICATES.flatMap(([who, zh]) => [
  [
    `Certificates {0} of {1} ${who}: a certificate counts once over all plants, so {5} cannot claim it.`,
    `{1} 的证书 {0} ${zh}：一张证书在所有工厂中只计一次，因此 {5} 不能再登记。`,
  ],
  [
    `Certificates {0} of {1} ${who}: month of generation, technology and MWh of each have to be those that {5} said before; withdraw that entry first if it was wrong.`,
    `{1} 的证书 {0} ${zh}：每张证书的发电月份、技术类型和 MWh 须与 {5} 先前所填一致；若先前有误，请先撤回该条目。`,
  ],
  [
    `Certificates {0} of {1} ${who}: an entry of {5} can only take them on from issued over held to retired.`,
    `{1} 的证书 {0} ${zh}：{5} 的条目只能依次为签发、持有、注销。`,
  ],
])

/** Refusals of the API, in Chinese. Numbers in braces stand for what is put in. */
export const ANSWERS_ZH: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...OF_RIGHTS, ...OF_ENTRIES, ...TWICE_CLAIMED.map(inOrder)]),
  'Too many ask for this just now; ask again in some seconds.': '目前请求过多：请几秒后再试。',
  'Too many ask for this just now; ask again in {0} s.': '目前请求过多：请 {0} 秒后再试。',
  'Whoever asked for this has hung up.': '请求方已断开连接。',
  '{0} has figures of direct emissions (scope1_co2e) on these days, the first from {1} on: meters or entries say that there is a source.':
    '{0} 在这些日期有直接排放数值（scope1_co2e），最早自 {1} 起：计量或填报表明存在排放源。',
  'The device {0} has sent an event with the id {1}: give another id.':
    '设备 {0} 已发送过 ID 为 {1} 的事件：请换一个 ID。',
  'Too much work on reports waits already; ask again when some is done.':
    '等待处理的报告任务过多：请待其中一些完成后再试。',
  'An address has at most {0} characters.': '地址最多 {0} 个字符。',
  'This is not {0}: list the name that pages are asked under in http.origins, or require people to sign in (auth.required).':
    '此处不是 {0}：请将访问页面所用的名称列入 http.origins，或要求登录（auth.required）。',
  'A page of another origin may not change anything here.': '来自其他站点的页面不得在此更改任何内容。',
  'This needs the right {0} ({1}), which {2}; the role here is {3}.': '此操作需要权限 {0}；当前角色为 {3}。',
  '{0} is {1}, but {2} has signed in: leave it out.': '{0} 为 {1}，但登录的是 {2}：请去掉该项。',
  'With a session only pages change something, and they say their origin; programs use a token (Authorization: Bearer).':
    '会话只供页面更改，且须说明来源；程序请使用令牌（Authorization: Bearer）。',
  'The body is {0}, and says so in Content-Type.': '正文须为 {0}，并在 Content-Type 中写明。',
  'Nobody is signed in. {0}':
    '尚未登录。请在 / 登录，或以 Authorization: Bearer 发送 greengauge user token add 的令牌。',
  'The token is not valid here, or no longer. {0}':
    '令牌在此无效或已失效。请在 / 登录，或以 Authorization: Bearer 发送 greengauge user token add 的令牌。',
  'Sign in at /, or send a token of greengauge user token add as Authorization: Bearer.':
    '请在 / 登录，或以 Authorization: Bearer 发送 greengauge user token add 的令牌。',
  'The body is not JSON.': '正文不是 JSON。',
  'The body is not a JSON object.': '正文不是 JSON 对象。',
  'The journal cannot take it now; it may still be taken, so look before you send it again. /readyz?verbose says why.':
    '日志目前无法接收；仍可能被接收，请先查看再重发。原因见 /readyz?verbose。',
  'The journal cannot take it now; the order may still be carried out, so look before you ask again. /readyz?verbose says why.':
    '日志目前无法接收；该移除指令仍可能被执行，请先查看再重试。原因见 /readyz?verbose。',
  'The database is being rebuilt; messages are taken all along. /readyz says how far it is.':
    '数据库正在重建；消息照常接收。进度见 /readyz。',
  'The header Host does not name this server; expected one such as gauge.example.com.':
    'Host 头不是本服务器的名称；应为如 gauge.example.com 的名称。',
  'The gateway failed to answer; its log says why.': '网关未能应答；原因见其运行日志。',
  'Version {0} has no evidence bundle: {1}.': '第 {0} 版没有证据包：{1}。',
  'freeze it first': '请先冻结',
  'POST /api/v1/reports/{0}/bundle makes it': '由 POST /api/v1/reports/{0}/bundle 生成',
  'The entry is of {0}; a time from {1} on is expected.': '条目时间为 {0}；应不早于 {1}。',
  '{0} is a draft, which may still change: freeze it before its footprints go to anybody.':
    '{0} 是草稿，仍可能更改：请先冻结，再对外提供其碳足迹。',
  'Lot {0} is on record (entry {1}): withdraw that entry first if it was wrong.':
    '批次 {0} 已登记（条目 {1}）：若有误，请先撤回该条目。',
  'The body is the file, as application/octet-stream.': '正文须为文件本身（application/octet-stream）。',
  'An original has at most {0} MiB; reports.original_max_mib allows more.':
    '原件最大 {0} MiB；可由 reports.original_max_mib 调高。',
  'All originals together may have {0} MiB, and this one has no room left: raise reports.originals_max_gib.':
    '全部原件合计最多 {0} MiB，已无空间：请调高 reports.originals_max_gib。',
  'No original is kept under {0}.': '未保存 {0} 对应的原件。',
  'The original {0} is damaged on the disk: hand it in again, or take it from a backup.':
    '原件 {0} 在磁盘上已损坏：请重新上传，或从备份中取回。',
  'The disk has less than {0} MiB left beside this one, which readings need.':
    '保存后磁盘剩余将不足 {0} MiB，须留给读数。',
  'In a cluster the owner of a plant keeps its originals: greengauge original add on that machine takes them.':
    '集群中原件由工厂的所有者节点保存：请在该机器上用 greengauge original add 保存。',
  'The entry {0} is another one: give another id.': '编号 {0} 已用于其他录入：请换一个编号。',
  '{0} takes part in no carbon market: its setting ets says that it does.': '{0} 未参与碳市场：参与须配置 ets。',
  'The document of {0} is not frozen: freeze the report ets-month of that month first.':
    '{0} 的文件尚未冻结：请先冻结该月的 ets-month 报告。',
  'Data came since the document of {0} was frozen: freeze it again before it is attested.':
    '{0} 的文件冻结后有新数据：请重新冻结后再确认。',
  '{0} is of the form {1}: only product-footprint has lots.': '{0} 的格式为 {1}：只有 product-footprint 含批次。',
  'The report {0} has no file any more.': '报告 {0} 已没有文件。',
  'they are left out, and the others go on; a backup may have them': '它们被略过，其余继续；备份中可能有',
  'Version {0} is {1}; only a frozen one can be verified.': '第 {0} 版为 {1}；只有已冻结的版本可以核验。',
  'Version {0} is {1}: only drafts are deleted.': '第 {0} 版为 {1}：只能删除草稿。',
  'Version {0} is a draft: an evidence bundle is of a frozen version.': '第 {0} 版是草稿：证据包属于已冻结的版本。',
  '{0} is not possible here, only {1}.': '此处不能用 {0}，只能用 {1}。',
  'There is no parameter {0} here; the API page at /docs lists them.': '此处没有参数 {0}；见 /docs 的 API 页面。',
  'The parameter {0} is missing; expected {1}.': '缺少参数 {0}；应为 {1}。',
  'The parameter {0} is {1}; expected {2}.': '参数 {0} 为 {1}；应为 {2}。',
  'The parameter password is missing; expected a password has {0} to {1} characters; this one has {2}.':
    '密码须有 {0} 至 {1} 个字符；此密码有 {2} 个。',
  'The parameter password is missing; expected a password has at least five different characters.':
    '密码至少须有五个不同的字符。',
  'The parameter password is missing; expected a password is more than the name.': '密码不能只是用户名。',
  'If-Match has to name the configuration that you have read: the ETag of GET /api/v1/config.':
    'If-Match 须写明所读取的配置：GET /api/v1/config 的 ETag。',
  'Nobody has to sign in here: auth.required is false.': '此处无须登录：auth.required 为 false。',
  'The name or the password is wrong, or the account is disabled.': '用户名或密码错误，或账户已停用。',
  'There were too many wrong names or passwords from here: try again in {0} s.':
    '来自此处的错误用户名或密码过多：请 {0} 秒后再试。',
  'The audit log cannot be written, so nobody can sign in; /readyz says why.':
    '审计日志无法写入，因此无人能登录；原因见 /readyz。',
  'Nobody is signed in who could have a password.': '没有已登录且可有密码的人员。',
  'Nobody signs in by a provider here: auth.oidc is not set, or auth.required is false.':
    '此处不使用单点登录：未设置 auth.oidc，或 auth.required 为 false。',
  'Nobody was signed out: {0}.': '未注销任何人：{0}。',
  'The entry {0} is {1}: there is nothing to approve.': '条目 {0} 的状态为 {1}：没有可批准的内容。',
  'The entry {0} is {1}: there is nothing to reject.': '条目 {0} 的状态为 {1}：没有可驳回的内容。',
  'The entry {0} is {1}: it does not count.': '条目 {0} 的状态为 {1}：未计入。',
  "{0} has proposed it: a second pair of eyes is somebody else's.": '它由 {0} 提出：须由另一人复核。',
  '{0} has entered it: where four eyes are asked for, somebody else withdraws it.':
    '它由 {0} 录入：要求双人复核时，须由另一人撤回。',
  'A correction is not withdrawn: correct the reading again, to what it said before.':
    '更正不能撤回：请将读数再次更正为原值。',
  'Say who dismisses it: the name stands beside the message.': '请说明由谁处理：姓名会显示在消息旁。',
  'The body is the time-stamp response, DER.': '正文须为时间戳应答（DER）。',
  'The time stamp is not taken: {0}.': '未接受时间戳：{0}。',
  'One message a request: batches are not taken.': '每个请求一条消息：不接受批量。',
  'The findings of {0} cannot be read now ({1}); ask again later.': '目前无法读取 {0} 的异常（{1}）：请稍后再试。',
  'The quarantine cannot be written now ({0}); {1}: try again.': '目前无法写入隔离区（{0}）；{1}：请重试。',
  ...absent(),
}

/** Refusals of what is not there. */
function absent(): Readonly<Record<string, string>> {
  return {
    'There is nothing at {0}.': '{0} 处没有内容。',
    'There is no plant {0}; /api/v1/plants lists those there are.': '没有工厂 {0}。',
    'There is no plant {0} in the configuration.': '配置中没有工厂 {0}。',
    'There is no device {0} in {1}; /api/v1/plants lists those there are.': '{1} 中没有设备 {0}。',
    'There is no entry {0} in {1}; /api/v1/plants/{2}/entries lists them.': '{1} 中没有条目 {0}。',
    'There is no alarm {0} in {1}; /api/v1/plants/{2}/alarms lists those there are.': '{1} 中没有报警 {0}。',
    'There is no anomaly {0} in {1}; /api/v1/plants/{2}/anomalies lists those there are.': '{1} 中没有异常 {0}。',
    'There is no {0}report {1}; /api/v1/reports lists those there are, POST there makes one.': '没有报告 {1}。',
    'There is no table {0} in the report; its JSON lists them.': '报告中没有表 {0}。',
    'There is no figure {0} in the report; its JSON lists them under figures.': '报告中没有数值 {0}。',
    'There is no KPI {0}; /api/v1/kpis lists those there are.': '没有指标 {0}。',
    'There is no alarm channel {0}: {1}.': '没有通知渠道 {0}：{1}。',
    'none is configured (notify.channels)': '尚未配置（notify.channels）',
    'There is no such session.': '没有该会话。',
    'There is no ca.pem: {0}.': '没有 ca.pem：设备不经 TLS 发送，或网关的文件中没有其证书的颁发机构。',
    'There is nothing with the id {0} in quarantine.': '隔离区中没有 ID 为 {0} 的消息。',
    '{0} claims no saving {1}; /api/v1/plants/{2}/savings/claims lists those it claims.': '{0} 没有节能申报 {1}。',
    'Plant {0} has no authority {1}: GET /api/v1/authorities lists them all.': '工厂 {0} 没有监管平台 {1}。',
    'There is no job {0}, or no longer: jobs go with a restart. /api/v1/audit/jobs lists those there are.':
      '没有任务 {0}，或已不在：重启后任务不保留。',
    'There is no server {0} that is written to: {1}.': '没有写入目标 {0}：{1}。',
    'none is configured': '尚未配置',
  }
}

/** Numbers the places of a sentence in the order in which they stand there, as the others have them. */
function inOrder([english = '', chinese = '']: readonly string[]): readonly [string, string] {
  const places = [...english.matchAll(/\{(\d)\}/g)].map(([, number]) => number)
  const numbered = (text: string) => text.replace(/\{(\d)\}/g, (_, number: string) => `{${places.indexOf(number)}}`)
  return [numbered(english), numbered(chinese)]
}
