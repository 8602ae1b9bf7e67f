import type { MetricClass } from '../../../src/base/metrics.js'
import type { IdFault, SenderId } from './sender.js'

const ids: Readonly<Record<SenderId, string>> = { plant: 'Plant', line: 'Line', device: 'Device' }

const faults: Readonly<Record<IdFault, string>> = {
  empty: 'Give it an id.',
  capital: 'Small letters, digits, - and _ only: no capitals, no spaces.',
  start: 'It begins with a letter or a digit.',
  sign: 'Letters a to z, digits, - and _ only: no spaces.',
  long: 'At most 64 characters.',
}

const kinds: Readonly<Record<MetricClass, string>> = {
  energy: 'energy: meters',
  emissions: 'emissions: stacks',
  robot: 'robot: robots',
  production: 'production: machines',
}

export const connect = {
  stepByStep: 'Step by step',
  where: 'Where it sends to',
  host: 'Host',
  port: 'Port',
  protocol: 'Protocol',
  protocolIs: 'MQTT 5, 3.1.1 or 3.1, QoS 1: an acknowledged message is on the disk',
  noTls: 'no',
  trusted: 'Certificate to trust',
  until: (day: string) => `good until ${day}`,
  ended: (day: string) => `ended on ${day}: devices that check it do not connect`,
  publicCa: (issuer: string) => `Signed by a public authority (${issuer}): devices need no file.`,
  unknownCa: (issuer: string) =>
    `Signed by ${issuer}: its certificate is with whoever signed, the gateway does not have it.`,
  ownEnd: (until: string) => `Certificate of the gateway: ${until}`,
  opcua: 'A server of OPC UA does not send by itself: the gateway subscribes to what it has.',
  loopback:
    'The gateway listens on this machine alone. For devices elsewhere let it listen further (mqtt.host), with accounts (auth.required) and TLS (mqtt.tls).',
  elsewhere:
    'The gateway’s own broker is switched off. Send to the broker that it fetches messages from, on its host and port.',
  topic: 'Its topic',
  ids,
  kind: 'Class',
  faults,
  kinds,
  existing: (device: string) =>
    `${device} has sent before: the example would become readings of it. Take another id, or values of its own.`,
  otherLine: (device: string, line: string) =>
    `${device} stands in line ${line}. Ids are unique in a plant: under this topic it would move.`,
  message: 'A first message',
  messageNote:
    'An example of this class: put in what the device measures. Without ts the time of arrival counts; seq, units and quality are optional.',
  token:
    'The gateway asks who sends: an administrator issues a credential for the device on the page Access, under Gateway, which shows the token once, and so does greengauge device add PLANT/LINE/DEVICE --client ID. Connect with that client id, the same user name, and the token as password (-i ID -u ID -P TOKEN).',
  programNotes: {
    shell: 'mosquitto_pub is in the package mosquitto-clients of Debian and Ubuntu.',
    node: 'Save it as send.mjs: npm install mqtt, then node send.mjs.',
    python: 'pip install paho-mqtt, then python3 send.py.',
    arduino:
      'Put in the WiFi. The library MQTT (Joel Gaehwiler) sends with QoS 1 and speaks 3.1.1; many others send with QoS 0, and lose what is under way.',
    nodeRed: 'Import it (Ctrl+I) and deploy: it sends the example each ten seconds.',
    telegraf:
      'Replace the input by that of the device; the output makes our message of its fields. It needs Telegraf 1.27 or later.',
  },
  client: 'Client id',
  tokenField: 'Token (stays in this page)',
  ca: (file: string) =>
    `${file} is the certificate of whoever has signed that of the gateway, on the machine that sends; for a public authority leave it out.`,
  program: 'Program',
  version: 'Version of MQTT',
  toldWhy: 'With MQTT 5 the program is told why it is refused: a reason code, and a sentence.',
  mendTopic: 'The topic above is not complete.',
  listen: 'What arrives',
  waiting: 'We are listening. The first message under this topic stands here within seconds.',
  arrived: 'It has arrived, and all of it was taken.',
  arrivedWrong: 'It has arrived, but something in it was rejected.',
  otherTopic: 'It came under another topic of this device:',
  strays: 'A message came under a topic that is none. Is it this one?',
  open: (device: string) => `Open ${device}`,
}
