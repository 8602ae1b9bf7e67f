import type { ConfigEdit } from '../../../src/views/wire/configuration.js'
import type { FormValues } from './form-values.js'
import { numberOrText, valueIn } from './sections/element.js'

/** Listeners of the broker as the file has them; it may say anything where it has mistakes. */

const PORT = '1883'
const TLS_PORT = '8883'
const HERE = '127.0.0.1'

/** Values of a form of the listeners: a port that nothing is said of is the usual one, none is empty. */
export function listenerValues(settings: unknown): FormValues {
  const mqtt = (name: string) => valueIn(settings, ['mqtt', name])
  const tls = (name: string) => valueIn(settings, ['mqtt', 'tls', name])
  const isTls = typeof mqtt('tls') === 'object' && mqtt('tls') !== null
  return {
    host: textOf(mqtt('host'), HERE),
    port: textOf(mqtt('port'), PORT),
    tls: isTls ? 'on' : 'off',
    tlsPort: textOf(tls('port'), TLS_PORT),
    cert: textOf(tls('cert_file'), ''),
    key: textOf(tls('key_file'), ''),
  }
}

/** Edits that make the settings what is typed. */
export function listenerEdits(values: FormValues, settings: unknown): readonly ConfigEdit[] {
  const before = listenerValues(settings)
  const { port = '', tlsPort = '', host = '', cert = '', key = '' } = values
  const isChanged = (name: string) => values[name] !== before[name]
  const set = (name: string, path: readonly string[], value: unknown): readonly ConfigEdit[] =>
    isChanged(name) ? [{ op: 'set', path: ['mqtt', ...path], value }] : []
  const plain = [...set('host', ['host'], host), ...set('port', ['port'], portOf(port))]
  if (values.tls !== 'on') return [...plain, ...set('tls', ['tls'], null)]
  if (before.tls === 'off') {
    const files = { cert_file: cert, key_file: key }
    return [...plain, { op: 'set', path: ['mqtt', 'tls'], value: { port: portOf(tlsPort), ...files } }]
  }
  return [
    ...plain,
    ...set('tlsPort', ['tls', 'port'], portOf(tlsPort)),
    ...set('cert', ['tls', 'cert_file'], cert),
    ...set('key', ['tls', 'key_file'], key),
  ]
}

/** A number, none where nothing is typed, or the text that is none, of which the rule speaks. */
function portOf(text: string): number | string | null {
  return numberOrText(text.trim()) ?? null
}

/** null is what is turned off, and nothing what is not said. */
function textOf(value: unknown, usual: string): string {
  if (value === undefined) return usual
  return value === null ? '' : String(value)
}
