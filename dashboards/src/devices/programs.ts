import type { Broker, ShownVersion } from './sender.js'

/** A first message in the words of each program, with host, port, TLS, client id and token as they are in force: to be run as it stands. */

type Write = (broker: Broker, topic: string, message: string, version: ShownVersion) => string

/** Stands where the token belongs while nobody has put it in. */
export const TOKEN_PLACE = 'TOKEN'
/** File with the certificate that the gateway's own is signed by. */
export const CA_FILE = 'ca.pem'

interface Login {
  readonly client: string
  readonly token: string
}

/** Client id and user name are one name, and the token is the password; null where nobody is asked who they are. */
function loginOf({ client, token }: Broker): Login | null {
  return client === undefined ? null : { client, token: token === undefined || token === '' ? TOKEN_PLACE : token }
}

export const publishLine: Write = (broker, topic, message, version) => {
  const login = loginOf(broker)
  return [
    'mosquitto_pub',
    ...(version === '5' ? ['-V 5'] : []),
    `-h ${broker.host} -p ${broker.port}`,
    ...(broker.isTls === true ? [`--cafile ${CA_FILE}`] : []),
    ...(login === null ? [] : [`-i ${quoted(login.client)} -u ${quoted(login.client)} -P ${quoted(login.token)}`]),
    `-q 1 -t ${topic} -m ${quoted(message)}`,
  ].join(' ')
}

/** A word of a shell: as it is where nothing in it means something there. */
function quoted(word: string): string {
  return /^[\w.:@/=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

const node: Write = (broker, topic, message, version) => {
  const { host, port, isTls } = broker
  const login = loginOf(broker)
  const options = [
    ...(version === '5' ? ['protocolVersion: 5'] : []),
    ...(isTls === true ? [`ca: readFileSync('${CA_FILE}')`] : []),
    ...(login === null
      ? []
      : [`clientId: ${text(login.client)}, username: ${text(login.client)}, password: ${text(login.token)}`]),
  ]
  return [
    ...(isTls === true ? ["import { readFileSync } from 'node:fs'"] : []),
    "import mqtt from 'mqtt' // npm install mqtt",
    `const client = await mqtt.connectAsync('${isTls === true ? 'mqtts' : 'mqtt'}://${host}:${port}'${options.length === 0 ? '' : `, { ${options.join(', ')} }`})`,
    `const message = ${message}`,
    'message.ts = new Date().toISOString()',
    `await client.publishAsync('${topic}', JSON.stringify(message), { qos: 1 })`,
    'await client.endAsync()',
  ].join('\n')
}

const python: Write = (broker, topic, message, version) => {
  const { host, port, isTls } = broker
  const login = loginOf(broker)
  const more = [
    ...(version === '5' ? ['protocol=MQTTv5'] : []),
    ...(isTls === true ? [`tls={"ca_certs": "${CA_FILE}"}`] : []),
    ...(login === null
      ? []
      : [
          `client_id=${text(login.client)}`,
          `auth={"username": ${text(login.client)}, "password": ${text(login.token)}}`,
        ]),
  ]
  return [
    'import json, time  # pip install paho-mqtt',
    ...(version === '5' ? ['from paho.mqtt.client import MQTTv5'] : []),
    'import paho.mqtt.publish as publish',
    `message = ${message}`,
    'message["ts"] = int(time.time() * 1000)',
    `publish.single("${topic}", json.dumps(message), qos=1, hostname="${host}", port=${port}${more.map((one) => `, ${one}`).join('')})`,
  ].join('\n')
}

/** The sketch uses the library MQTT of 256dpi, which sends with QoS 1 and speaks 3.1.1 alone; most others send with QoS 0. */
const arduino: Write = (broker, topic, message) => {
  const { host, port, isTls } = broker
  const login = loginOf(broker)
  const who = login === null ? '"esp32"' : `${text(login.client)}, ${text(login.client)}, ${text(login.token)}`
  return [
    '#include <WiFi.h>',
    ...(isTls === true ? ['#include <WiFiClientSecure.h>'] : []),
    '#include <MQTT.h>  // library "MQTT" by Joel Gaehwiler',
    '',
    ...(isTls === true
      ? [`const char* CA = R"(the text of ${CA_FILE})";`, 'WiFiClientSecure net;']
      : ['WiFiClient net;']),
    'MQTTClient client(1024);',
    '',
    'void setup() {',
    '  WiFi.begin("NETWORK", "PASSWORD");',
    '  while (WiFi.status() != WL_CONNECTED) delay(500);',
    ...(isTls === true ? ['  net.setCACert(CA);'] : []),
    `  client.begin("${host}", ${port}, net);`,
    '}',
    '',
    'void loop() {',
    `  while (!client.connected()) if (!client.connect(${who})) delay(5000);`,
    '  client.loop();',
    `  client.publish("${topic}", R"(${message})", false, 1);`,
    '  delay(10000);',
    '}',
  ].join('\n')
}

/** A flow to be imported: one message each ten seconds. */
const nodeRed: Write = (broker, topic, message, version) => {
  const { host, port, isTls } = broker
  const login = loginOf(broker)
  const flow = [
    { id: 'gg-tab', type: 'tab', label: 'Greengauge' },
    ...(isTls === true
      ? [{ id: 'gg-tls', type: 'tls-config', name: '', cert: '', key: '', ca: CA_FILE, verifyservercert: true }]
      : []),
    {
      id: 'gg-broker',
      type: 'mqtt-broker',
      name: 'Greengauge',
      broker: host,
      port: String(port),
      clientid: login?.client ?? '',
      autoConnect: true,
      usetls: isTls === true,
      ...(isTls === true ? { tls: 'gg-tls' } : {}),
      protocolVersion: version === '5' ? '5' : '4',
      keepalive: '60',
      cleansession: true,
      ...(login === null ? {} : { credentials: { user: login.client, password: login.token } }),
    },
    {
      id: 'gg-inject',
      type: 'inject',
      z: 'gg-tab',
      name: 'every 10 s',
      props: [{ p: 'payload' }],
      repeat: '10',
      payload: message,
      payloadType: 'json',
      x: 140,
      y: 80,
      wires: [['gg-out']],
    },
    {
      id: 'gg-out',
      type: 'mqtt out',
      z: 'gg-tab',
      name: '',
      topic,
      qos: '1',
      retain: 'false',
      broker: 'gg-broker',
      x: 360,
      y: 80,
      wires: [],
    },
  ]
  return JSON.stringify(flow, null, 2)
}

/** The input is an example, to be replaced by that of the device; the output writes what it gives as our message. */
const telegraf: Write = (broker, topic, message, version) => {
  const { host, port, isTls } = broker
  const login = loginOf(broker)
  const { metrics } = JSON.parse(message) as { metrics: Readonly<Record<string, number | string>> }
  const words = Object.keys(metrics).filter((name) => typeof metrics[name] === 'string')
  return [
    '[[inputs.exec]]',
    `  commands = ['''echo '${JSON.stringify(metrics)}' ''']`,
    '  data_format = "json"',
    ...(words.length === 0 ? [] : [`  json_string_fields = ${JSON.stringify(words)}`]),
    '',
    '[[outputs.mqtt]]',
    `  servers = ["${isTls === true ? 'ssl' : 'tcp'}://${host}:${port}"]`,
    `  topic = "${topic}"`,
    `  protocol = "${version}"`,
    '  qos = 1',
    ...(login === null
      ? []
      : [
          `  client_id = ${text(login.client)}`,
          `  username = ${text(login.client)}`,
          `  password = ${text(login.token)}`,
        ]),
    ...(isTls === true ? [`  tls_ca = "${CA_FILE}"`] : []),
    '  data_format = "json"',
    '  json_timestamp_units = "1ms"',
    `  json_transformation = '{"ts": timestamp, "metrics": fields}'`,
  ].join('\n')
}

/** A text of JavaScript, Python, C and TOML alike. */
function text(value: string): string {
  return JSON.stringify(value)
}

/** Programs in the order in which they are offered, each with the MQTT client that most people take there. */
export const PROGRAMS = { shell: publishLine, node, python, arduino, nodeRed, telegraf } as const satisfies Readonly<
  Record<string, Write>
>
export type ProgramId = keyof typeof PROGRAMS
