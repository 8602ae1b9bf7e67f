import type { HealthCheck } from '../base/wire.js'
import { type Certificate, type CertificateFacts, isCertificateValid, troubleOf } from './certificates.js'
import type { TrustedCertificate } from './trusted-certificate.js'

/** That of `http.tls` to show, of that of `mqtt.tls` the facts; null where a listener speaks in the clear. */
export interface ToShow {
  readonly http: Certificate | null
  readonly mqtt: (CertificateFacts & { readonly trusted: TrustedCertificate }) | null
}

/** On readiness: well as long as clients that check it connect; the reason is there 30 days before its end. */
export function certificateHealth(
  certificates: Readonly<Record<'mqtt' | 'http', CertificateFacts | null>>,
  nowMs: number,
): HealthCheck[] {
  return (['mqtt', 'http'] as const).flatMap((listener) => {
    const facts = certificates[listener]
    if (facts === null) return []
    return [{ name: `certificate ${listener}`, ok: isCertificateValid(facts, nowMs), reason: troubleOf(facts, nowMs) }]
  })
}

/** The certificates of the pipeline thread, as they are by now. */
export class ShownCertificates {
  #latest: ToShow
  #show: (certificate: Certificate) => void = () => {}

  constructor(first: ToShow) {
    this.#latest = first
  }

  get http(): Certificate | null {
    return this.#latest.http
  }

  get mqtt(): ToShow['mqtt'] {
    return this.#latest.mqtt
  }

  use(now: ToShow): void {
    this.#latest = now
    if (now.http !== null) this.#show(now.http)
  }

  /** From now on by this server; it may have been opened with an older one. */
  shownBy(server: { useCertificate(certificate: Certificate): void }): void {
    this.#show = (certificate) => server.useCertificate(certificate)
    this.use(this.#latest)
  }

  health(nowMs: number): HealthCheck[] {
    return certificateHealth(this.#latest, nowMs)
  }
}
