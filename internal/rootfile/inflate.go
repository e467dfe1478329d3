package rootfile

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"sync"

	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
	"github.com/ulikunitz/xz"
)

// errBlock reports a compressed block whose content is not what its header or its checksum says.
var errBlock = errors.New("the file is damaged: a compressed block is not what it says")

// inflate returns the object of a record, which takes size bytes. It is stored as it is, or in
// blocks that are compressed one by one.
func inflate(b []byte, size int) ([]byte, error) {
	if len(b) == size {
		return b, nil
	}
	var object []byte
	for len(b) > 0 {
		const head = 9
		if len(b) < head {
			return nil, errShort
		}
		stored := int(b[3]) | int(b[4])<<8 | int(b[5])<<16
		want := int(b[6]) | int(b[7])<<8 | int(b[8])<<16
		if stored > len(b)-head || want > size-len(object) {
			return nil, errBlock
		}
		block, err := inflateBlock(string(b[:2]), b[head:head+stored], want)
		if err != nil {
			return nil, err
		}
		if len(block) != want {
			return nil, errBlock
		}
		object = append(object, block...)
		b = b[head+stored:]
	}
	if len(object) != size {
		return nil, errBlock
	}
	return object, nil
}

// inflateBlock returns the content of a block, which should have size bytes.
func inflateBlock(algorithm string, b []byte, size int) ([]byte, error) {
	switch algorithm {
	case "ZL":
		r, err := zlib.NewReader(bytes.NewReader(b))
		if err != nil {
			return nil, blockError(err)
		}
		return readBlock(r, size)
	case "XZ":
		r, err := xz.ReaderConfig{SingleStream: true}.NewReader(bytes.NewReader(b))
		if err != nil {
			return nil, blockError(err)
		}
		return readBlock(r, size)
	case "L4":
		return lz4Block(b, size)
	case "ZS":
		decoder, err := zstdDecoder()
		if err != nil {
			return nil, err
		}
		block, err := decoder.DecodeAll(b, make([]byte, 0, size))
		if err != nil {
			return nil, blockError(err)
		}
		return block, nil
	}
	return nil, fmt.Errorf("the file is compressed as %q; want zlib, LZMA, LZ4 or Zstandard, as "+
		"hadd -f101 writes a copy", algorithm)
}

// zstdDecoder returns a decoder that several goroutines may use.
var zstdDecoder = sync.OnceValues(func() (*zstd.Decoder, error) {
	const most = 1 << 24 // bytes of a block
	return zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(most))
})

// blockError explains an error of a library that decompresses.
func blockError(err error) error { return fmt.Errorf("%w: %w", errBlock, err) }

// readBlock reads a stream to its end, where its checksum is, unless it has more than size bytes.
func readBlock(r io.Reader, size int) ([]byte, error) {
	block, err := io.ReadAll(io.LimitReader(r, int64(size)+1))
	if err != nil {
		return nil, blockError(err)
	}
	return block, nil
}

// lz4Block returns the content of a block of LZ4, which starts with a checksum.
func lz4Block(b []byte, size int) ([]byte, error) {
	const sum = 8
	if len(b) < sum || binary.BigEndian.Uint64(b) != xxh64(b[sum:]) {
		return nil, errBlock
	}
	block := make([]byte, size)
	n, err := lz4.UncompressBlock(b[sum:], block)
	if err != nil {
		return nil, blockError(err)
	}
	return block[:n], nil
}

// The primes of XXH64.
const (
	prime1 = 0x9E3779B185EBCA87
	prime2 = 0xC2B2AE3D27D4EB4F
	prime3 = 0x165667B19E3779F9
	prime4 = 0x85EBCA77C2B2AE63
	prime5 = 0x27D4EB2F165667C5
)

// xxh64 is the checksum XXH64 with the seed 0. Source: the specification of xxHash,
// https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md.
func xxh64(b []byte) uint64 {
	n := uint64(len(b))
	little := binary.LittleEndian
	h := uint64(prime5)
	if len(b) >= 32 {
		p1, p2 := uint64(prime1), uint64(prime2)
		v := [4]uint64{p1 + p2, p2, 0, -p1}
		for ; len(b) >= 32; b = b[32:] {
			for i := range v {
				v[i] = xxhRound(v[i], little.Uint64(b[8*i:]))
			}
		}
		h = bits.RotateLeft64(v[0], 1) + bits.RotateLeft64(v[1], 7) +
			bits.RotateLeft64(v[2], 12) + bits.RotateLeft64(v[3], 18)
		for _, lane := range v {
			h = (h^xxhRound(0, lane))*prime1 + prime4
		}
	}
	h += n
	for ; len(b) >= 8; b = b[8:] {
		h = bits.RotateLeft64(h^xxhRound(0, little.Uint64(b)), 27)*prime1 + prime4
	}
	if len(b) >= 4 {
		h = bits.RotateLeft64(h^uint64(little.Uint32(b))*prime1, 23)*prime2 + prime3
		b = b[4:]
	}
	for _, v := range b {
		h = bits.RotateLeft64(h^uint64(v)*prime5, 11) * prime1
	}
	h = (h ^ h>>33) * prime2
	h = (h ^ h>>29) * prime3
	return h ^ h>>32
}

func xxhRound(lane, v uint64) uint64 { return bits.RotateLeft64(lane+v*prime2, 31) * prime1 }
