import { type CertificateSources, certificateRegister, certificatesAnswerOf } from '../certificates.js'
import type { Server } from '../server.js'
import { certificatesAnswer } from '../wire/certificates.js'

/** Register of certificates of green electricity; entries put something into it. */
export function certificatesRoute(server: Server, sources: CertificateSources): void {
  server.get(
    '/api/v1/certificates',
    {
      config: { right: 'view' },
      schema: {
        tags: ['entries'],
        summary: 'Certificates of green electricity of all plants: who has them, and what they were retired for',
        response: { 200: certificatesAnswer },
      },
    },
    async () => certificatesAnswerOf(await certificateRegister(sources)),
  )
}
