package tables

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	parquetformat "github.com/parquet-go/parquet-go/format"
)

// A block of the example of the LZ4 format: literals, a match that overlaps what it appends, and
// lengths of several bytes.
func TestLZ4Block(t *testing.T) {
	t.Parallel()
	long := append([]byte{0xff, 5}, bytes.Repeat([]byte("x"), 20)...) // 15 + 5 literals
	long = append(long, 1, 0, 255, 0, 0x10, 'y')                      // 4 + 15 + 255 from 1 back
	for _, c := range []struct {
		block []byte
		want  string
	}{
		{[]byte{0x30, 'a', 'b', 'c'}, "abc"},
		{[]byte{0x32, 'a', 'b', 'c', 2, 0, 0x10, 'd'}, "abcbcbcbcd"},
		{[]byte{0}, ""},
		{nil, ""},
		{long, string(bytes.Repeat([]byte("x"), 20+4+15+255)) + "y"},
	} {
		got, err := lz4Block(c.block, len(c.want))
		if string(got) != c.want || err != nil {
			t.Errorf("%v: %q, %v", c.block, got, err)
		}
		for _, size := range []int{len(c.want) - 1, len(c.want) + 1} {
			if got, err := lz4Block(c.block, size); err == nil {
				t.Errorf("%v in %d bytes: %q", c.block, size, got)
			}
		}
	}
	for _, bad := range [][]byte{{0x31, 'a', 'b', 'c', 0, 0, 0x10, 'd'}, {0x11, 'a', 2, 0},
		{0x20, 'a'}, {0xf0}, {0x11, 'a', 1}, {0x1f, 'a', 1, 0, 255}} {
		if got, err := lz4Block(bad, 9); err == nil {
			t.Errorf("%v: %q", bad, got)
		}
	}
}

// lz4Rows has columns that the library decodes wrongly, https://github.com/parquet-go/parquet-go/
// issues/608, next to others: of one value, of few values, of random ones, and with nulls.
type lz4Rows struct {
	Plain  float64  `parquet:"plain,snappy"`
	Random float64  `parquet:"random,lz4"`
	Same   int64    `parquet:"same,lz4"`
	Few    int32    `parquet:"few,lz4,dict"`
	Opt    *float32 `parquet:"opt,lz4,optional"`
	Word   string   `parquet:"word,lz4"`
}

func TestReadParquetLZ4(t *testing.T) {
	t.Parallel()
	r := stream(608)
	var rows []lz4Rows
	var want [][]float64
	for i := range 3000 {
		row := lz4Rows{Plain: 100 + r.NormFloat64(), Random: 10 + r.NormFloat64(), Same: 7,
			Few: int32(r.IntN(5)), Word: fmt.Sprint("word ", i%3)}
		opt := math.NaN()
		if i%4 > 0 {
			v := float32(i)
			row.Opt, opt = &v, float64(v)
		}
		rows = append(rows, row)
		want = append(want, []float64{row.Plain, row.Random, 7, float64(row.Few), opt,
			float64(i % 3)})
	}
	for _, version := range []int{1, 2} {
		content := parquetBytes(t, rows, parquet.DataPageVersion(version),
			parquet.MaxRowsPerRowGroup(1700), parquet.PageBufferSize(4000))
		path := writeNamed(t, "t.parquet", content)
		table := mustRead(t, path, ReadOptions{Missing: KeepMissing, Levels: 3})
		if table.N() != len(rows) {
			t.Fatalf("%d rows", table.N())
		}
		for i, w := range want {
			if got := table.Row(i, nil); !slices.EqualFunc(got, w, func(a, b float64) bool {
				return a == b || math.IsNaN(a) && math.IsNaN(b)
			}) {
				t.Fatalf("version %d, row %d is %v, want %v", version, i, got, w)
			}
		}
		one := mustRead(t, path+":random", ReadOptions{})
		if got := one.Row(1700, nil)[0]; got != rows[1700].Random {
			t.Errorf("the second row group begins with %v", got)
		}
		checkLZ4Damage(t, path, content, want)
	}
}

// checkLZ4Damage changes bytes of the pages: an error, or the right numbers.
func checkLZ4Damage(t *testing.T, path string, content []byte, want [][]float64) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	refused := 0
	for range 20 {
		bad := bytes.Clone(content)
		bad[r.IntN(len(bad)*3/4)] ^= 0x55
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		table, err := Read(path, ReadOptions{Columns: []string{"random", "same"}})
		if err != nil {
			refused++
			continue
		}
		for i := range min(table.N(), len(want)) {
			if got := table.Row(i, nil); table.N() != len(want) || got[0] != want[i][1] ||
				got[1] != want[i][2] {
				t.Fatalf("a changed byte was not noticed: row %d of %d is %v", i, table.N(), got)
			}
		}
	}
	if refused == 0 {
		t.Error("no changed byte was noticed")
	}
}

// The index of a data frame is skipped, unless it is asked for.
func TestParquetOfPandas(t *testing.T) {
	t.Parallel()
	type frame struct {
		X     float64 `parquet:"x"`
		Index int64   `parquet:"__index_level_0__"`
		Event int64   `parquet:"event"`
	}
	rows := []frame{{0.5, 0, 10}, {1.5, 1, 20}}
	for metadata, names := range map[string][]string{
		"":        {"x", "event"},
		`no json`: {"x", "event"},
		`{"index_columns": ["event"], "columns": []}`:                     {"x"},
		`{"index_columns": [{"kind": "range", "start": 0}, "elsewhere"]}`: {"x", "event"},
	} {
		path := writeNamed(t, "t.parquet", parquetBytes(t, rows,
			parquet.KeyValueMetadata("pandas", metadata)))
		table := mustRead(t, path, ReadOptions{})
		if !slices.Equal(table.Names(), names) || len(table.Notes()) != 1 {
			t.Errorf("%s: columns %v, notes %q", metadata, table.Names(), table.Notes())
		}
		in, err := Inspect(path, ReadOptions{})
		if err != nil || len(in.Columns) != len(names) || len(in.Skipped) != 3-len(names) {
			t.Errorf("%s: %+v, %v", metadata, in, err)
		}
		checkTable(t, mustRead(t, path, ReadOptions{Columns: []string{"__index_level_0__"}}),
			[]string{"__index_level_0__"}, []float64{0}, []float64{1})
		checkTable(t, mustRead(t, path+":event", ReadOptions{}), []string{"event"}, []float64{10},
			[]float64{20})
	}
	type index struct {
		Index int64 `parquet:"__index_level_0__"`
	}
	_, err := Read(writeNamed(t, "t.parquet", parquetBytes(t, []index{{1}})), ReadOptions{})
	checkError(t, err, "index of a data frame", "__index_level_0__")
}

// A page that would take more memory than any that programs write is refused before the library
// allocates it.
func TestParquetPageSizes(t *testing.T) {
	t.Parallel()
	type row struct {
		X float64 `parquet:"x,snappy"`
	}
	content := parquetBytes(t, []row{{1}, {2}, {3}}, parquet.DataPageVersion(1))
	path := writeNamed(t, "t.parquet", content)
	checkTable(t, mustRead(t, path, ReadOptions{}), []string{"x"}, []float64{1}, []float64{2},
		[]float64{3})
	// the header begins with the type 0, and the two sizes as numbers of 7 bits in zigzag
	if !bytes.HasPrefix(content[4:], []byte{0x15, 0, 0x15, 48, 0x15}) {
		t.Fatalf("the file begins with % x", content[:16])
	}
	big := append(bytes.Clone(content[:7]), 0xfe, 0xff, 0xff, 0xff, 0x0f)
	copy(content[4:], append(big[4:], content[8:60]...))
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Read(path, ReadOptions{})
	checkError(t, err, "column x", "a page would take 2147483647 bytes of memory")
	tail := bytes.Clone(content)
	copy(tail[len(tail)-8:], []byte{0xff, 0xff, 0xff, 0x7f})
	_, err = Read(writeNamed(t, "t.parquet", tail), ReadOptions{})
	checkError(t, err, "its footer would take 2147483647 of")
	copy(tail[len(tail)-4:], "PARE") // encrypted
	_, err = Read(writeNamed(t, "t.parquet", tail), ReadOptions{})
	checkError(t, err, "its footer would take 2147483647 of")
}

// A page whose header promises more values than its column has, or more bytes than its codec can
// make, is refused before the library allocates them.
func TestParquetPagePromises(t *testing.T) {
	t.Parallel()
	page := func(stored, decoded, values int32) parquetPage {
		var p parquetPage
		p.header.CompressedPageSize, p.header.UncompressedPageSize = stored, decoded
		p.header.DataPageHeader = thrift.New(parquetformat.DataPageHeader{NumValues: values})
		return p
	}
	left, err := page(10, 10, 3).takeValues(5)
	if err != nil || left != 2 {
		t.Errorf("%d values are left, and error %v; want 2", left, err)
	}
	_, err = page(10, 10, 6).takeValues(5)
	checkError(t, err, "a page promises 6 values; its column has 5 more")
	_, err = page(10, 10, -1).takeValues(5)
	checkError(t, err, "a page promises -1 values")
	second := parquetPage{}
	second.header.DataPageHeaderV2 = thrift.New(parquetformat.DataPageHeaderV2{NumValues: 6})
	_, err = second.takeValues(5)
	checkError(t, err, "a page promises 6 values")
	dictionary := page(10, 10, 0)
	dictionary.header.DictionaryPageHeader =
		thrift.New(parquetformat.DictionaryPageHeader{NumValues: 11})
	_, err = dictionary.takeValues(5)
	checkError(t, err, "a dictionary of 10 bytes promises 11 values")

	for codec, most := range map[parquetformat.CompressionCodec]int32{
		parquetformat.Uncompressed: 100, parquetformat.Snappy: 2264, parquetformat.Lz4Raw: 25664,
		parquetformat.Gzip: 103200 + 16<<20, parquetformat.Zstd: 103200 + 16<<20} {
		if err := page(100, most, 1).checkSize(codec); err != nil {
			t.Errorf("%v: %v", codec, err)
		}
		err := page(100, most+1, 1).checkSize(codec)
		checkError(t, err, "a page of 100 bytes promises", codec.String())
	}
}

// A list or a text of a footer that is longer than what follows is refused before the library
// allocates it.
func TestCheckThrift(t *testing.T) {
	t.Parallel()
	meta := parquetformat.FileMetaData{NumRows: 300, CreatedBy: strings.Repeat("x", 300),
		Schema: make([]parquetformat.SchemaElement, 20)}
	footer, err := thrift.Marshal(new(thrift.CompactProtocol), &meta)
	if err != nil {
		t.Fatal(err)
	}
	if err := checkThrift(footer); err != nil {
		t.Errorf("a footer: %v", err)
	}
	for n := range footer {
		if checkThrift(footer[:n]) == nil {
			t.Fatalf("the first %d of %d bytes are taken for a footer", n, len(footer))
		}
	}
	huge := []byte{0xff, 0xff, 0xff, 0xff, 0x07}
	for name, b := range map[string][]byte{
		"a list": append([]byte{0x19, 0xfc}, huge...), "a text": append([]byte{0x18}, huge...),
		"a map":       append([]byte{0x1b}, append(huge, 0x88)...),
		"nested":      bytes.Repeat([]byte{0x1c}, 1000),
		"nested list": append([]byte{0x19}, bytes.Repeat([]byte{0x19}, 1000)...),
	} {
		if err := checkThrift(append(b, make([]byte, 50)...)); err == nil {
			t.Errorf("%s is taken for one that fits", name)
		}
	}
}
