import { createHash, X509Certificate } from 'node:crypto';

/** Signature algorithms by the contents of their DER, in hex, and the hash that RFC 5929 §4.1 takes for each. */
const hashes: Readonly<Record<string, string>> = {
  '2a864886f70d010104': 'sha256', // md5WithRSA
  '2a864886f70d010105': 'sha256', // sha1WithRSA
  '2a864886f70d01010b': 'sha256',
  '2a864886f70d01010c': 'sha384',
  '2a864886f70d01010d': 'sha512',
  '2a8648ce3d0401': 'sha256', // ecdsa-with-SHA1
  '2a8648ce3d040302': 'sha256',
  '2a8648ce3d040303': 'sha384',
  '2a8648ce3d040304': 'sha512',
};

/**
 * What `tls-server-end-point` binds to: a hash of the server's certificate. Undefined where the certificate's signature
 * has no hash of its own, as with Ed25519.
 * @param certificate in PEM; of a chain, the first
 */
export function readServerEndPoint(certificate: string): Buffer | undefined {
  const { raw } = new X509Certificate(certificate);
  const hash = hashes[readSignatureAlgorithm(raw)];
  return hash === undefined ? undefined : createHash(hash).update(raw).digest();
}

/** Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm SEQUENCE { OID, … }, … } (RFC 5280 §4.1). */
function readSignatureAlgorithm(der: Buffer): string {
  const certificate = readElement(der, 0);
  const content = readElement(der, certificate.start);
  const algorithm = readElement(der, content.end);
  const oid = readElement(der, algorithm.start);
  return der.subarray(oid.start, oid.end).toString('hex');
}

function readElement(der: Buffer, at: number): { start: number; end: number } {
  const first = der.readUInt8(at + 1);
  if (first < 0x80) return { start: at + 2, end: at + 2 + first };
  const bytes = first & 0x7f;
  const start = at + 2 + bytes;
  return { start, end: start + der.readUIntBE(at + 2, bytes) };
}
