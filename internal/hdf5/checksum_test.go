package hdf5

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
)

// The values of the driver of lookup3.c, and of other lengths of its tail.
func TestChecksum(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]uint32{
		"": 0xdeadbeef, "Four score and seven years ago": 0x17770551,
	} {
		if got := checksum([]byte(text)); got != want {
			t.Errorf("%q: %#x, want %#x", text, got, want)
		}
	}
}

// The sums of the words of 16 bits of a text, and of these sums, modulo 65,535.
func TestFletcher32(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "ab", "abcd", "abcde", strings.Repeat("Fletcher", 999)} {
		sum1, sum2 := uint64(0), uint64(0)
		padded := []byte(text)
		if len(padded)%2 == 1 {
			padded = append(padded, 0)
		}
		for i := 0; i < len(padded); i += 2 {
			sum1 += uint64(padded[i])<<8 | uint64(padded[i+1])
			sum2 += sum1
		}
		want := uint32(sum2%65535)<<16 | uint32(sum1%65535)
		if got := fletcher32([]byte(text)); got != want {
			t.Errorf("%.20q: %#x, want %#x", text, got, want)
		}
	}
}

// Blocks of the format LZF: literals, and copies that overlap what they append.
func TestLZF(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		block []byte
		want  string
	}{
		{[]byte{2, 'a', 'b', 'c'}, "abc"},
		{[]byte{0, 'a', 1 << 5, 0}, "aaaa"},
		{[]byte{1, 'a', 'b', 7 << 5, 1, 1}, "ab" + "abababababa"[:10]},
		{nil, ""},
	} {
		got, err := lzf(c.block, len(c.want))
		if err != nil || string(got) != c.want {
			t.Errorf("%v: %q, %v, want %q", c.block, got, err, c.want)
		}
		if got, err := lzf(c.block, len(c.want)-1); err == nil && len(c.want) > 0 {
			t.Errorf("%v in one byte less: %q", c.block, got)
		}
	}
	for _, bad := range [][]byte{{5, 'a'}, {0, 'a', 1 << 5}, {0, 'a', 1 << 5, 1}, {7 << 5}} {
		if got, err := lzf(bad, 100); err == nil {
			t.Errorf("%v: %q", bad, got)
		}
	}
}

func TestUnshuffle(t *testing.T) {
	t.Parallel()
	if got := unshuffle([]byte("adbecf?"), 3); !bytes.Equal(got, []byte("abcdef?")) {
		t.Errorf("%q", got)
	}
}

// A file that was not closed is refused, and so is one of several files that belong together.
func TestSuperblockFlags(t *testing.T) {
	t.Parallel()
	superblock := []byte(signature + "\x03\x08\x08\x01")
	for _, address := range []uint64{0, 1<<64 - 1, 48, 48} {
		superblock = binary.LittleEndian.AppendUint64(superblock, address)
	}
	superblock = binary.LittleEndian.AppendUint32(superblock, checksum(superblock))
	_, err := Open(bytes.NewReader(superblock), int64(len(superblock)))
	if err == nil || !strings.Contains(err.Error(), "was not closed") {
		t.Error(err)
	}
	superblock[11] = 0
	binary.LittleEndian.PutUint32(superblock[44:], checksum(superblock[:44]))
	if _, err := Open(bytes.NewReader(superblock), int64(len(superblock))); err != nil {
		t.Error(err)
	}
	old := append([]byte(signature), 0, 0, 0, 0, 0, 8, 8, 0, 4, 0, 16, 0, 0, 0, 0, 0)
	for _, address := range []uint64{0, 1<<64 - 1, 96, 96, 0, 96} {
		old = binary.LittleEndian.AppendUint64(old, address)
	}
	old = append(old, make([]byte, 96-len(old))...)
	_, err = Open(bytes.NewReader(old), int64(len(old)))
	if err == nil || !strings.Contains(err.Error(), "several files") {
		t.Error(err)
	}
}
