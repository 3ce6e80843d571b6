"""Ed25519 as RFC 8032 has it (5.1), in whole numbers alone: slow, and nothing to install."""

import hashlib

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def add(one, other):
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, point):
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = add(total, point)
        point, number = add(point, point), number >> 1
    return total


def same(one, other):
    return (one[0] * other[2] - other[0] * one[2]) % P == 0 and (one[1] * other[2] - other[1] * one[2]) % P == 0


def x_of(y, sign):
    """The other coordinate, or nothing where there is no such point."""
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def point(encoded):
    number = int.from_bytes(encoded, "little")
    y, sign = number & ((1 << 255) - 1), number >> 255
    x = x_of(y, sign) if len(encoded) == 32 and y < P else None
    return None if x is None else (x, y, 1, x * y % P)


def encoded(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = x_of(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def challenge(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % ORDER


def is_signature(public, message, signature):
    """Whether this is the signature of the message by the key; keys and points of small order sign nothing."""
    if len(signature) != 64:
        return False
    key, commitment = point(public), point(signature[:32])
    answer = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or answer >= ORDER:
        return False
    if any(same(times(8, one), (0, 1, 1, 0)) for one in (key, commitment)):
        return False
    wanted = add(commitment, times(challenge(signature[:32], public, message), key))
    return same(times(answer, BASE), wanted)


def _expanded(seed):
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little")
    return (scalar & ((1 << 254) - 8)) | (1 << 254), digest[32:]


def public_key(seed):
    return encoded(times(_expanded(seed)[0], BASE))


def signed(seed, message):
    """A signature with the key of these 32 bytes; what is verified needs none, but what forges packages to try it does."""
    scalar, prefix = _expanded(seed)
    public, nonce = encoded(times(scalar, BASE)), challenge(prefix, message)
    commitment = encoded(times(nonce, BASE))
    answer = (nonce + challenge(commitment, public, message) * scalar) % ORDER
    return commitment + answer.to_bytes(32, "little")
