package tables

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go/encoding/delta"
	parquetformat "github.com/parquet-go/parquet-go/format"
)

// Counts inside a page that ask for more memory than its values take are refused before the library
// allocates it.
func TestParquetBodyCounts(t *testing.T) {
	t.Parallel()
	run := func(n uint64) []byte { return binary.AppendUvarint(nil, n<<1) }
	encoded := func(values ...int32) []byte {
		b, err := new(delta.BinaryPackedEncoding).EncodeInt32(nil, values)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	join := func(parts ...[]byte) (all []byte) {
		for _, part := range parts {
			all = append(all, part...)
		}
		return all
	}
	many := make([]int32, 100)
	optional := parquetColumn{levels: 1}
	for _, test := range []struct {
		name     string
		encoding parquetformat.Encoding
		column   parquetColumn
		bytes    []byte
		want     string // empty: no error
	}{
		{"runs", parquetformat.RLEDictionary, parquetColumn{},
			join([]byte{2}, run(5), []byte{1}, run(5), []byte{3}), ""},
		{"a long run", parquetformat.RLEDictionary, parquetColumn{},
			join([]byte{2}, run(1<<30), []byte{1}), "a page of 10 values holds 1073741824"},
		{"many runs", parquetformat.PlainDictionary, parquetColumn{},
			join([]byte{2}, run(9), []byte{1}, run(9), []byte{1}), "a page of 10 values holds 18"},
		{"groups of no bits", parquetformat.RLEDictionary, parquetColumn{},
			join([]byte{0}, binary.AppendUvarint(nil, 1<<29|1)), "a page of 10 values holds"},
		{"levels", parquetformat.Plain, optional, join([]byte{2, 0, 0, 0}, run(10), []byte{1}), ""},
		{"a long run of levels", parquetformat.Plain, optional,
			join([]byte{4, 0, 0, 0}, run(1<<15), []byte{1}), "a page of 10 values holds 32768"},
		{"levels beyond the page", parquetformat.Plain, optional, []byte{9, 0, 0, 0, 1}, "EOF"},
		{"truth", parquetformat.RLE, parquetColumn{},
			join([]byte{4, 0, 0, 0}, run(1<<15), []byte{1}), "a page of 10 values holds 32768"},
		{"differences", parquetformat.DeltaBinaryPacked, parquetColumn{}, encoded(1, 2, 9), ""},
		{"many differences", parquetformat.DeltaBinaryPacked, parquetColumn{}, encoded(many...),
			"a page of 10 values holds 100"},
		{"texts", parquetformat.DeltaLengthByteArray, parquetColumn{},
			join(encoded(2, 1), []byte("abc")), ""},
		{"longer texts", parquetformat.DeltaLengthByteArray, parquetColumn{},
			join(encoded(2, 1<<30), []byte("abc")), "texts of 1073741826 bytes in 3"},
		{"a text of no length", parquetformat.DeltaLengthByteArray, parquetColumn{},
			join(encoded(2, -1), []byte("abc")), "a text of length -1"},
		{"prefixes", parquetformat.DeltaByteArray, parquetColumn{},
			join(encoded(0, 2), encoded(3, 0), []byte("abc")), ""},
		{"long prefixes", parquetformat.DeltaByteArray, parquetColumn{},
			join(encoded(0, 4), encoded(3, 0), []byte("abc")), "a text of length 3 shares 4"},
		{"longer suffixes", parquetformat.DeltaByteArray, parquetColumn{},
			join(encoded(0, 2), encoded(3, 1), []byte("abc")), "texts of 4 bytes in 3"},
		{"no differences", parquetformat.DeltaBinaryPacked, parquetColumn{}, []byte{0x80},
			"no list of differences"},
	} {
		b := parquetBody{bytes: test.bytes, values: 10, encoding: test.encoding, version: 1}
		err := b.check(test.column)
		if test.want == "" && err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: error %v; want one with %q", test.name, err, test.want)
		}
	}
}
