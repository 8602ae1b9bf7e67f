/** Sentences on a store that was tried, in Chinese. Numbers in braces stand for what is put in, such as the server's own words. */
export const STORES_ZH: Readonly<Record<string, string>> = {
  'the user name or password in url has a % that begins no escape: write %25 for it':
    'url 的用户名或密码中有不构成转义的 %：请写成 %25',
  'the server does not answer (url): {0}': '服务器没有应答（url）：{0}',
  'user or password is refused (username, password_file): {0}': '用户名或密码被拒绝（username、password_file）：{0}',
  'the token is refused (token_file): {0}': '令牌被拒绝（token_file）：{0}',
  'only an administrator may do this (username): let one do it: {0}':
    '只有管理员可以这样做（username）：请由管理员完成：{0}',
  'the user may not do this (username): grant ALL on the database: {0}':
    '该用户无权这样做（username）：请授予其数据库的 ALL 权限：{0}',
  'the token may not do this (token_file): it needs to read and write the bucket: {0}':
    '该令牌无权这样做（token_file）：它需要该 bucket 的读写权限：{0}',
  'the database is not there (database): {0}': '数据库不存在（database）：{0}',
  'the organization or bucket is not there (org, bucket): {0}': '组织或 bucket 不存在（org、bucket）：{0}',
  'a retention policy is not there (readings_retention, kpi_retention): {0}':
    '保留策略不存在（readings_retention、kpi_retention）：{0}',
  'the server has no such door (url, type): {0}': '服务器没有这样的接口（url、type）：{0}',
  'the server sends us elsewhere (url): {0}': '服务器要求转到别处（url）：{0}',
  'what answers is no InfluxDB (url): {0}': '应答的不是 InfluxDB（url）：{0}',
  'the server cannot take it now: {0}': '服务器目前无法接收：{0}',
  "the server's disk is full: {0}": '服务器的磁盘已满：{0}',
  "the server's disk is full, make room and start it anew: {0}": '服务器的磁盘已满，请腾出空间并重新启动：{0}',
  'the server cannot write to its disk, look there and start it anew: {0}':
    '服务器无法写入其磁盘，请在服务器上检查并重新启动：{0}',
  'the server answers with an error of its own: {0}': '服务器回答了它自身的错误：{0}',
  'the server refuses: {0}': '服务器拒绝：{0}',
  'there is no database {0} that {1} may use, and {2} may make none: as an administrator, {3}':
    '没有 {1} 可以使用的数据库 {0}，{2} 也无权创建：请以管理员身份执行 {3}',
  'retention policy {0} keeps {1} instead of {2}; it is not changed: drop it, or write its length into readings_retention or kpi_retention':
    '保留策略 {0} 保留 {1} 而不是 {2}；不会更改它：请删除它，或将其时长写入 readings_retention 或 kpi_retention',
  'the server took the point and does not give it back': '服务器接收了该点，但读不回来',
  'password_file {0} holds a private key, which is sent to nobody': 'password_file {0} 中是私钥，不发送给任何人',
  'password_file {0} cannot be read: {1}': '无法读取 password_file {0}：{1}',
  'token_file {0} holds a private key, which is sent to nobody': 'token_file {0} 中是私钥，不发送给任何人',
  'token_file {0} cannot be read: {1}': '无法读取 token_file {0}：{1}',
  'A store is being tested: ask again when that has ended.': '正在测试一个存储：请待其结束后再试。',
  'The embedded store is written to all the time: name one of the servers.':
    '内置存储一直在写入：请给出其中一个服务器。',
  'There is no store {0} in the configuration: {1}.': '配置中没有存储 {0}：{1}。',
}
