package rng

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
)

// domain separates these keys from other uses of SHA-256. Its version changes with the encoding.
const domain = "sparker/rng/v1"

// New returns the stream that seed, purpose and indices name: ChaCha8 (math/rand/v2) keyed with the
// SHA-256 of their encoding. Equal arguments give the same sequence, and different arguments
// unrelated ones. The order and the number of the indices matter.
//
// The encoding has all integers as 64-bit big-endian: the length and the bytes of the domain, the
// seed, the length and the bytes of purpose, the number of indices, the indices.
func New(seed uint64, purpose string, indices ...uint64) *rand.Rand {
	return rand.New(rand.NewChaCha8(key(seed, purpose, indices)))
}

// Hash returns a number that seed, purpose and indices name: the first 64 bits of the key of the
// stream that [New] returns for them. Equal arguments give the same number, and different arguments
// unrelated ones.
func Hash(seed uint64, purpose string, indices ...uint64) uint64 {
	sum := key(seed, purpose, indices)
	return binary.BigEndian.Uint64(sum[:])
}

func key(seed uint64, purpose string, indices []uint64) [sha256.Size]byte {
	b := make([]byte, 0, len(domain)+len(purpose)+8*(4+len(indices)))
	b = binary.BigEndian.AppendUint64(b, uint64(len(domain)))
	b = append(b, domain...)
	b = binary.BigEndian.AppendUint64(b, seed)
	b = binary.BigEndian.AppendUint64(b, uint64(len(purpose)))
	b = append(b, purpose...)
	b = binary.BigEndian.AppendUint64(b, uint64(len(indices)))
	for _, i := range indices {
		b = binary.BigEndian.AppendUint64(b, i)
	}
	return sha256.Sum256(b)
}
