/** Sentences on why a client is not let in, in Chinese. Numbers in braces stand for what is put in. */
export const CLIENTS_ZH: Readonly<Record<string, string>> = {
  'it has no credential: greengauge device add … --client, or device client add':
    '没有凭据：请用 greengauge device add … --client 或 device client add 签发',
  'the user name of a client with a credential is its client id': '有凭据的客户端，其用户名即客户端标识',
  'the token is that of client {0}: a client id is bound to its credential, unless greengauge device client any-id {1} says otherwise and {2} is the user name':
    '该令牌属于客户端 {0}：客户端标识与其凭据绑定，除非 greengauge device client any-id {1} 另有规定且用户名为 {2}',
  'its certificate {0} is that of client {1}: connect with {2} as the client id, or greengauge device client any-id {3}':
    '其证书 {0} 属于客户端 {1}：请以 {2} 为客户端标识连接，或执行 greengauge device client any-id {3}',
  'its certificate {0} is that of client {1}: {2}': '其证书 {0} 属于客户端 {1}：{2}',
  'client {0} is disabled; greengauge device client enable takes it back':
    '客户端 {0} 已停用；greengauge device client enable 可恢复',
  'the device of client {0} is disabled; greengauge device enable takes it back':
    '客户端 {0} 的设备已停用；greengauge device enable 可恢复',
  'its credential is revoked; greengauge device rotate gives a new token':
    '其凭据已吊销；greengauge device rotate 可给出新令牌',
  'its token is wrong or has expired; greengauge device rotate gives a new one':
    '其令牌错误或已过期；greengauge device rotate 可给出新令牌',
  'it gives no password, which is to be its token': '未给出密码，密码应为其令牌',
  'it shows no certificate of {0}': '未出示 {0} 的证书',
  'it broke the handshake off, as clients do that do not trust the certificate of the gateway: give it the ca.pem of the page Connect a device, and the host name that stands in the certificate':
    '它中断了握手，不信任网关证书的客户端通常如此：请为其配置“接入设备”页面的 ca.pem，并使用证书中的主机名',
  'it does not trust the certificate of the gateway: give it the ca.pem of the page Connect a device, and the host name that stands in the certificate':
    '它不信任网关的证书：请为其配置“接入设备”页面的 ca.pem，并使用证书中的主机名',
  'it holds the certificate of the gateway for expired: look at its clock, and at the end of the certificate':
    '它认为网关的证书已过期：请检查其时钟和证书有效期',
  'what it sends is no TLS: take mqtts:// or wss:// in it, or another port':
    '它发送的不是 TLS：请使用 mqtts:// 或 wss://，或改用其他端口',
  'it speaks an older TLS than 1.2, or only ciphers that are not safe':
    '它使用低于 1.2 的 TLS，或仅支持不安全的加密套件',
  'it does not trust the certificate of the pages: have it know the authority of that certificate (http.tls.cert_file), and ask for a host name that stands in it':
    '它不信任页面的证书：请让它信任该证书（http.tls.cert_file）的颁发机构，并用证书中的主机名访问',
  'it holds the certificate of the pages for expired: look at its clock, and at the end of the certificate':
    '它认为页面的证书已过期：请检查其时钟和证书有效期',
  'what it sends is no TLS: take https:// in it instead of http://': '它发送的不是 TLS：请用 https:// 代替 http://',
  'it shows no certificate, which mqtt.tls.client_certificates asks for':
    '未出示证书，而 mqtt.tls.client_certificates 要求证书',
  'its certificate is of no authority in mqtt.tls.client_ca_file, or has expired':
    '其证书不属于 mqtt.tls.client_ca_file 中的任何机构，或已过期',
  'the handshake was not finished: {0}': '握手未完成：{0}',
  'length, CRC or form of its frames is wrong: they are in quarantine; look at the line and the protocol of the data logger':
    '数据包的长度、CRC 或格式错误：已进入隔离区；请检查线路和数采仪的协议设置',
  'no station has this MN: add it to hj212.stations; its frames are in quarantine':
    '没有站点使用此 MN：请加入 hj212.stations；其数据包已进入隔离区',
  'its PW is not that of the station: mend it in the data logger or in hj212.stations':
    'PW 与站点不符：请在数采仪或 hj212.stations 中改正',
  'the client id is too long': '客户端标识过长',
  'it was wrong too often': '出错次数过多',
  'it connects again and again': '反复连接',
  'too many clients are connected': '已连接的客户端过多',
  'mqtt.acl or the registry of devices denies publishing to {0}: greengauge explain says which; it is the topic of the will':
    'mqtt.acl 或设备登记不允许发布到 {0}：greengauge explain 会说明是哪一项；这是遗嘱的主题',
}
