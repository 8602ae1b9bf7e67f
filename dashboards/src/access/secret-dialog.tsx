import { encode } from 'uqr'
import { broker, isElsewhere } from '../devices/broker.js'
import { CommandLine } from '../ui/command-line.js'
import { Dialog } from '../ui/dialog.js'
import { DialogHead } from '../ui/dialog-head.js'
import { accessWords } from './words.js'

/** A password or token that was made, for whom. */
export interface MadeSecret {
  readonly kind: 'password' | 'token' | 'client'
  readonly name: string
  readonly secret: string
}

/** Shows a secret the one time it is shown: that of an MQTT client with all that a device needs, as text and as QR code. */
export function SecretDialog({ made, onClose }: { readonly made: MadeSecret; readonly onClose: () => void }) {
  const w = accessWords()
  const { kind, name, secret } = made
  const { host, port, isTls } = broker(true)
  const address = `${isTls ? 'mqtts' : 'mqtt'}://${host.includes(':') ? `[${host}]` : host}:${port}`
  const facts: readonly (readonly [string, string])[] =
    kind === 'client'
      ? [
          ...(isElsewhere() ? [] : [[w.secret.broker, address] as const]),
          [w.secret.client, name],
          [w.secret.token, secret],
        ]
      : [
          [w.secret.user, name],
          [kind === 'token' ? w.secret.token : w.secret.password, secret],
        ]
  return (
    <Dialog title={name} isOpen onClose={onClose} class="secret-dialog">
      <DialogHead title={name} onClose={onClose} />
      <p class="is-strong">{w.secret.once}</p>
      <dl class="secret-facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <CommandLine text={value} />
            </dd>
          </div>
        ))}
      </dl>
      {kind === 'client' && (
        <QrCode
          label={w.secret.qr}
          text={JSON.stringify({
            ...(!isElsewhere() && { broker: address }),
            client_id: name,
            username: name,
            password: secret,
          })}
        />
      )}
      <footer class="secret-acts">
        <button type="button" class="button is-primary" onClick={onClose}>
          {w.close}
        </button>
      </footer>
    </Dialog>
  )
}

/** Dark squares of a code as one path, a unit each. */
function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: 4 })
  const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('')
  return (
    <svg class="qr-code" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}
