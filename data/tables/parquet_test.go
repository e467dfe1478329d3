package tables

import (
	"bytes"
	"math"
	"slices"
	"testing"

	"github.com/parquet-go/parquet-go"
	parquetformat "github.com/parquet-go/parquet-go/format"
)

// parquetBytes is a Parquet file with the given rows.
func parquetBytes[T any](t testing.TB, rows []T, options ...parquet.WriterOption) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := parquet.Write(&b, rows, options...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// particle has a column of every type of number.
type particle struct {
	F4  float32  `parquet:"f4"`
	F8  float64  `parquet:"f8"`
	I1  int8     `parquet:"i1"`
	I4  int32    `parquet:"i4"`
	I8  int64    `parquet:"i8"`
	U2  uint16   `parquet:"u2"`
	U4  uint32   `parquet:"u4"`
	U8  uint64   `parquet:"u8"`
	B   bool     `parquet:"b"`
	S   string   `parquet:"s"`
	Opt *float64 `parquet:"opt,optional"`
	D   int32    `parquet:"d,dict"`
}

func particles() []particle {
	half := 0.5
	return []particle{
		{F4: 0.1, F8: -1e300, I1: -128, I4: math.MinInt32, I8: -1 << 60, U2: 65535,
			U4: math.MaxUint32, U8: 1 << 63, B: true, S: "one", Opt: &half, D: 7},
		{F4: 2, F8: 0.25, I1: 127, I4: 3, I8: 1 << 60, U2: 1, U4: 2, U8: 3, B: false, S: "two",
			Opt: &half, D: 7},
	}
}

func TestReadParquet(t *testing.T) {
	t.Parallel()
	rows := particles()
	names := []string{"f4", "f8", "i1", "i4", "i8", "u2", "u4", "u8", "b", "opt", "d"}
	want := [][]float64{
		{float64(float32(0.1)), -1e300, -128, math.MinInt32, -1 << 60, 65535, math.MaxUint32,
			1 << 63, 1, 0.5, 7},
		{2, 0.25, 127, 3, 1 << 60, 1, 2, 3, 0, 0.5, 7},
	}
	for _, options := range [][]parquet.WriterOption{
		nil, {parquet.Compression(&parquet.Snappy)}, {parquet.Compression(&parquet.Zstd)},
		{parquet.Compression(&parquet.Gzip)},
		{parquet.MaxRowsPerRowGroup(1)}, {parquet.DataPageVersion(1)}, {parquet.PageBufferSize(1)},
	} {
		path := writeNamed(t, "t.parquet", parquetBytes(t, rows, options...))
		table := mustRead(t, path, ReadOptions{})
		checkTable(t, table, names, want...)
		if notes := table.Notes(); !table.Named() || len(notes) != 1 ||
			notes[0] != "no numbers, so skipped: s (STRING)" {
			t.Errorf("named %v, notes %q", table.Named(), notes)
		}
		some := mustRead(t, path, ReadOptions{Columns: []string{"u8", "f4"}})
		checkTable(t, some, []string{"u8", "f4"}, []float64{1 << 63, want[0][0]}, []float64{3, 2})
		if one := mustRead(t, path+":f4", ReadOptions{}); one.Bytes() != 8 || one.D() != 1 {
			t.Errorf("a float32 column takes %d bytes", one.Bytes())
		}
	}
	rows[1].Opt = nil
	rows[0].F4 = float32(math.Inf(1))
	path := writeNamed(t, "t.parquet", parquetBytes(t, rows))
	for column, part := range map[string]string{"opt": "row 1 (counted from 0), column opt is " +
		"missing", "f4": "row 0 (counted from 0), column f4 is +Inf"} {
		_, err := Read(path, ReadOptions{Columns: []string{column}})
		checkError(t, err, path, part)
	}
	dropped := mustRead(t, path, ReadOptions{Columns: []string{"i8", "opt"}, Missing: DropMissing})
	checkTable(t, dropped, []string{"i8", "opt"}, []float64{-1 << 60, 0.5})
	for key, want := range map[string]string{"s": "values of type STRING",
		"z": "the columns are f4, f8"} {
		_, err := Read(path+":"+key, ReadOptions{})
		checkError(t, err, path, want)
	}
	_, err := Read(writeNamed(t, "t.parquet", parquetBytes(t, []particle{})), ReadOptions{})
	checkError(t, err, "no rows")
	_, err = Read(writeNamed(t, "t.parquet", []byte("a,b\n1,2\n3,4\n")), ReadOptions{})
	checkError(t, err, "not a Parquet file")
	_, err = Read(writeNamed(t, "t.parquet", nil), ReadOptions{})
	checkError(t, err, "the file is empty")
}

// embedded has columns of lists: as Arrow writes them, and as a plain repeated field.
type embedded struct {
	ID        int64      `parquet:"id"`
	Embedding []float32  `parquet:"embedding,list"`
	Plain     []float64  `parquet:"plain"`
	Optional  []*float64 `parquet:"optional,optional,list"`
	Nested    [][]int32  `parquet:"nested,list"`
	Name      []string   `parquet:"name,list"`
}

func TestReadParquetLists(t *testing.T) {
	t.Parallel()
	two, three := 2., 3.
	rows := []embedded{
		{1, []float32{0.5, 1}, []float64{1, 2, 3}, []*float64{&two, &three}, nil, []string{"a"}},
		{2, []float32{1.5, 2}, []float64{4, 5, 6}, []*float64{&three, nil}, nil, nil},
		{3, []float32{2.5, 3}, []float64{7, 8, 9}, nil, nil, nil},
	}
	for _, options := range [][]parquet.WriterOption{nil, {parquet.MaxRowsPerRowGroup(2)},
		{parquet.PageBufferSize(1)}} {
		path := writeNamed(t, "t.parquet", parquetBytes(t, rows, options...))
		table := mustRead(t, path+":embedding", ReadOptions{})
		checkTable(t, table, []string{"x1", "x2"}, []float64{0.5, 1}, []float64{1.5, 2},
			[]float64{2.5, 3})
		if table.Named() || table.Bytes() != 24 {
			t.Errorf("named %v, %d bytes", table.Named(), table.Bytes())
		}
		plain := mustRead(t, path+":plain", ReadOptions{Columns: []string{"x3", "x1"}})
		checkTable(t, plain, []string{"x3", "x1"}, []float64{3, 1}, []float64{6, 4},
			[]float64{9, 7})
		optional := mustRead(t, path+":optional", ReadOptions{Missing: DropMissing})
		checkTable(t, optional, []string{"x1", "x2"}, []float64{2, 3})
		if optional.Dropped() != 2 {
			t.Errorf("%d lists dropped", optional.Dropped())
		}
		whole := mustRead(t, path, ReadOptions{})
		checkTable(t, whole, []string{"id"}, []float64{1}, []float64{2}, []float64{3})
		for key, want := range map[string]string{"nested": "no column is called",
			"name": "list of STRING", "optional": "row 1 (counted from 0), column x2 is missing"} {
			_, err := Read(path+":"+key, ReadOptions{})
			checkError(t, err, want)
		}
	}
	rows[2].Embedding = []float32{1, 2, 3}
	_, err := Read(writeNamed(t, "t.parquet", parquetBytes(t, rows))+":embedding",
		ReadOptions{})
	checkError(t, err, "row 2 (counted from 0): the list has 3 numbers, the first one has 2")
	type listsOnly struct {
		E []float32 `parquet:"e,list"`
	}
	path := writeNamed(t, "t.parquet", parquetBytes(t, []listsOnly{{[]float32{1}}}))
	_, err = Read(path, ReadOptions{})
	checkError(t, err, "FILE.parquet:e")
	_, err = Read(writeNamed(t, "t.parquet", parquetBytes(t, []listsOnly{{nil}}))+":e",
		ReadOptions{})
	checkError(t, err, "no list with numbers")
}

// Structures give columns with dots in their names; decimals and dates are numbers.
func TestReadParquetStructures(t *testing.T) {
	t.Parallel()
	type momentum struct {
		X float64 `parquet:"x"`
		Y float64 `parquet:"y"`
	}
	type event struct {
		P       momentum   `parquet:"p"`
		Price   int64      `parquet:"price,decimal(2:10)"`
		Day     int32      `parquet:"day,date"`
		Records []momentum `parquet:"records,list"`
	}
	path := writeNamed(t, "t.parquet", parquetBytes(t, []event{{momentum{1, 2}, 150, 7, nil},
		{momentum{3, 4}, 250, 8, []momentum{{5, 6}}}}))
	table := mustRead(t, path, ReadOptions{})
	checkTable(t, table, []string{"p.x", "p.y", "price", "day"}, []float64{1, 2, 1.5, 7},
		[]float64{3, 4, 2.5, 8})
	checkTable(t, mustRead(t, path+":p.y", ReadOptions{}), []string{"p.y"}, []float64{2},
		[]float64{4})
	if notes := table.Notes(); len(notes) != 2 || !slices.Contains(notes,
		"no numbers, so skipped: records (list of records)") || !slices.Contains(notes,
		"dates and times were read as days since 1970-01-01 UTC: day") {
		t.Errorf("notes %q", notes)
	}
}

// halfType is the type of float16 columns, which the library itself cannot write.
type halfType struct{ parquet.Type }

func (halfType) LogicalType() *parquetformat.LogicalType {
	return &parquetformat.LogicalType{Value: &parquetformat.Float16Type{}}
}

func TestReadParquetFloat16(t *testing.T) {
	t.Parallel()
	for _, typ := range []parquet.Type{halfType{parquet.FixedLenByteArrayType(2)},
		parquet.FixedLenByteArrayType(2)} {
		var b bytes.Buffer
		w := parquet.NewWriter(&b, parquet.NewSchema("t",
			parquet.Group{"h": parquet.Leaf(typ), "i": parquet.Leaf(parquet.Int32Type)}))
		_, err := w.WriteRows([]parquet.Row{
			{parquet.FixedLenByteArrayValue([]byte{0x00, 0x3c}).Level(0, 0, 0),
				parquet.Int32Value(1).Level(0, 0, 1)},
			{parquet.FixedLenByteArrayValue([]byte{0x00, 0xc1}).Level(0, 0, 0),
				parquet.Int32Value(2).Level(0, 0, 1)},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		table := mustRead(t, writeNamed(t, "t.parquet", b.Bytes()), ReadOptions{})
		if _, half := typ.(halfType); half {
			checkTable(t, table, []string{"h", "i"}, []float64{1, 1}, []float64{-2.5, 2})
		} else {
			// two bytes without a meaning
			checkTable(t, table, []string{"i"}, []float64{1}, []float64{2})
		}
	}
}
