/** One kind of hostile input, with what refuses it, and where that is shown. */
export interface Threat {
  /** As SECURITY reviews call it. */
  readonly threat: string
  readonly refused: string
  /** A test file, and words of its test (or of the case in its table) that end there when nobody shows it any more. */
  readonly shown: readonly (readonly [file: string, says: string])[]
}

const VECTORS = 'test/cases/mqtt'
const HERE = 'test/unit/hostile/hostile.test.ts'

/** Every kind has at least one automated case. What stands in a table of its own elsewhere is named, not repeated. */
export const THREATS: readonly Threat[] = [
  {
    threat: 'topics: wildcards, $SYS, length, levels, NUL, ..',
    refused: 'the connection is closed, or the message is bad_topic, or it is kept from subscribers',
    shown: [
      [`${VECTORS}/publish.yaml`, '"#" in a topic'],
      [`${VECTORS}/publish.yaml`, 'a topic of the server'],
      [`${VECTORS}/publish.yaml`, 'a topic of 65535 bytes is beyond mqtt.limits'],
      [`${VECTORS}/publish.yaml`, 'U+0000 in a topic'],
      [
        'test/unit/intake/publish-fast-path.test.ts',
        'ends the connection like aedes when the topic has too many levels',
      ],
      [HERE, 'a level of two dots'],
    ],
  },
  { threat: 'numbers', refused: 'bad_json, bad_schema or bad_value', shown: [[HERE, 'the integer behind 2^53']] },
  { threat: 'counters', refused: 'bad_value', shown: [[HERE, 'a register that counts below 0']] },
  { threat: 'times', refused: 'ts_future, ts_too_old or bad_schema', shown: [[HERE, 'the year 10000']] },
  {
    threat: 'JSON bombs',
    refused: 'bad_json or bad_schema, in a few milliseconds',
    shown: [
      [HERE, '200,000 brackets'],
      ['test/integration/hostile-payloads.test.ts', '100,000 levels of brackets, closed'],
    ],
  },
  {
    threat: '__proto__',
    refused: 'bad_schema: a bad metric name',
    shown: [
      [HERE, '__proto__ as a metric'],
      ['test/integration/hostile-payloads.test.ts', '__proto__ as a message'],
    ],
  },
  {
    threat: 'gzip bombs',
    refused: 'not unpacked: the packed size says what it would become',
    shown: [
      ['test/unit/audit/bundle/reader.test.ts', 'a bomb, without unpacking it'],
      [HERE, 'a gzipped body is bytes, and is not unpacked'],
    ],
  },
  {
    threat: 'CSV formulas',
    refused: 'written with an apostrophe before them',
    shown: [
      ['test/unit/audit/render/renderings.test.ts', 'a name that begins like a formula begins with an apostrophe'],
      ['test/integration/report-formats.test.ts', 'no name became a formula'],
    ],
  },
  { threat: 'log injection', refused: 'one line of JSON an event', shown: [[HERE, 'a client id with line ends']] },
  {
    threat: 'path traversal',
    refused: '404 or 400; no file outside is opened',
    shown: [
      ['test/unit/views/dashboards.test.ts', 'no path leads out of the folder'],
      ['test/unit/audit/bundle/reader.test.ts', 'a way out of the folder'],
      ['test/unit/config/profile-rules.test.ts', '../../etc/passwd'],
      [HERE, 'the id of a report that leads elsewhere'],
    ],
  },
  {
    threat: 'InfluxQL and line protocol injection',
    refused: '400: an id is [a-z0-9][a-z0-9_-]{0,63}',
    shown: [
      [HERE, 'an id that is a statement'],
      ['test/property/line-protocol.property.test.ts', 'prop'],
    ],
  },
  {
    threat: 'slowloris',
    refused: 'the connection is closed: MQTT after 5 s without a CONNECT, HTTP after 30 s without a whole request',
    shown: [
      [HERE, 'a CONNECT that comes byte by byte'],
      [HERE, 'a request that does not end'],
    ],
  },
  {
    threat: 'cardinality floods',
    refused: 'what is remembered of names is bounded, and begins anew',
    shown: [
      ['test/property/decode.fuzz.test.ts', 'do not fill the memory'],
      ['test/faults/hostile.test.ts', 'floods of wildcard subscriptions'],
    ],
  },
  {
    threat: 'CSRF',
    refused: '403: a page of another origin may not change anything',
    shown: [
      ['test/unit/views/api.test.ts', 'a page of another origin may not retry'],
      ['test/integration/websocket.test.ts', 'others and other subprotocols may not'],
    ],
  },
  {
    threat: 'ticket reuse',
    refused: 'the feed is closed with 4401',
    shown: [
      ['test/unit/access/gate.test.ts', 'a ticket is good once, for 30 s'],
      ['test/unit/views/guard.test.ts', 'the feed is for who may see; a ticket opens one'],
    ],
  },
  {
    threat: 'sockets that announce 256 MiB',
    refused: 'closed before they are read',
    shown: [
      [`${VECTORS}/connect.yaml`, 'a CONNECT that announces 256 MiB'],
      ['test/faults/hostile.test.ts', '1,000 connections that announce 256 MiB'],
    ],
  },
  {
    threat: 'texts in outputs: SQL, InfluxQL, line protocol, HTML, CSV, XLSX, mail, hooks, metrics, logs, terminals',
    refused: 'they stay texts; what a terminal would obey is written out',
    shown: [
      ['test/integration/hostile-texts.test.ts', 'commands show no control character'],
      ['test/integration/hostile-texts.test.ts', 'runs nothing of it on any page'],
      ['test/unit/base/visible-text.test.ts', 'what a terminal would obey is written out'],
    ],
  },
  {
    threat: 'servers that settings name: redirects, answers without end, packed bombs',
    refused: 'not followed, cut off, not unpacked',
    shown: [['test/unit/stores/http-bounds.test.ts', 'a redirect is not followed']],
  },
  {
    threat: 'files without ends of lines, names made for regular expressions',
    refused: 'read in linear time',
    shown: [
      ['test/unit/audit/verify/endless-lines.test.ts', 'a ledger of 16 MiB without an end'],
      ['test/unit/decode/sparkplug/mapping.test.ts', 'a name made for it takes no longer'],
    ],
  },
]
