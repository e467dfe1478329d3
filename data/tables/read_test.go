package tables

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// missingRows is a table of which rows 1, 3 and 4 are not complete, in every way that a CSV file
// can say it.
const missingRows = "a,b\n0,0\n1,\n2,4\nNA,6\ninf,8\n5,10\n6,12\n"

func TestDropMissing(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(-1)
	f4 := npy("'<f4'", "False", "(7, 2)", binary.LittleEndian,
		[]float32{0, 0, 1, float32(nan), 2, 4, float32(nan), 6, float32(inf), 8, 5, 10, 6, 12})
	for _, address := range []string{writeNamed(t, "t.csv", []byte(missingRows)),
		writeNamed(t, "t.npy", f4)} {
		table := mustRead(t, address, ReadOptions{Missing: DropMissing})
		checkTable(t, table, table.Names(), []float64{0, 0}, []float64{2, 4}, []float64{5, 10},
			[]float64{6, 12})
		var index []int
		for i := range table.N() {
			index = append(index, table.Index(i))
		}
		if table.Dropped() != 3 || !slices.Equal(index, []int{0, 2, 5, 6}) {
			t.Errorf("%d dropped; the rest are rows %v", table.Dropped(), index)
		}
		_, err := Read(address, ReadOptions{})
		checkError(t, err, "row 1 (counted from 0)", "missing")
		// A column that is not taken may lack values.
		whole := mustRead(t, address, ReadOptions{Columns: table.Names()[1:], Missing: DropMissing})
		if whole.Dropped() != 1 || whole.N() != 6 {
			t.Errorf("of the second column, %d rows are kept and %d dropped", whole.N(),
				whole.Dropped())
		}
	}
	_, err := Read(writeNamed(t, "t.csv", []byte("a,b\n1,\n,2\n")),
		ReadOptions{Missing: DropMissing})
	checkError(t, err, "2 of 2 rows (100%)")
}

// A subsample is the same for every format, in the order of the file, without replacement and
// without missing rows.
func TestSubsample(t *testing.T) {
	t.Parallel()
	const n = 500
	var text strings.Builder
	numbers := make([]float32, 0, 2*n)
	text.WriteString("a,b\n")
	for i := range n {
		b := float32(2 * i)
		if i%7 == 3 {
			b = float32(math.NaN())
		}
		fmt.Fprintf(&text, "%d,%v\n", i, b)
		numbers = append(numbers, float32(i), b)
	}
	file := npy("'<f4'", "False", "(500, 2)", binary.LittleEndian, numbers)
	addresses := []string{writeNamed(t, "t.csv", []byte(text.String())),
		writeNamed(t, "t.npy", file), writeNamed(t, "t.npy.gz", gzipped(t, file))}
	var first []int
	for _, address := range addresses {
		table := mustRead(t, address, ReadOptions{Missing: DropMissing, Subsample: 40,
			Rand: stream(3)})
		var index []int
		for i := range table.N() {
			row := table.Row(i, nil)
			if at := table.Index(i); row[0] != float64(at) || row[1] != 2*float64(at) || at%7 == 3 {
				t.Errorf("row %d of the file is %v", at, row)
			}
			index = append(index, table.Index(i))
		}
		if first == nil {
			first = index
		}
		if len(index) != 40 || !slices.IsSorted(index) ||
			len(slices.Compact(slices.Clone(index))) != 40 || !slices.Equal(index, first) {
			t.Errorf("%s: rows %v", address, index)
		}
		if table.Dropped() != 71 || table.Bytes() > 40*2*8 {
			t.Errorf("%d rows dropped, %d bytes", table.Dropped(), table.Bytes())
		}
		if all := mustRead(t, address, ReadOptions{Missing: DropMissing, Subsample: n,
			Rand: stream(3)}); all.N() != n-71 {
			t.Errorf("of more rows than there are, %d came", all.N())
		}
	}
	if _, err := Read(addresses[1], ReadOptions{Subsample: 3}); err == nil {
		t.Error("a subsample without a stream was drawn")
	}
	if _, err := Read(addresses[1], ReadOptions{Subsample: -3, Rand: stream(1)}); err == nil {
		t.Error("a negative subsample was drawn")
	}
}

// Every row is chosen equally often: with 4000 draws of 5 rows of 20, each count has mean 1000 and
// variance 750. The sum of squared deviations over 750·20/19 is chi-square with 19 degrees of
// freedom, which exceeds 50.8 with probability 1e-4.
func TestSubsampleIsUniform(t *testing.T) {
	t.Parallel()
	path := writeNamed(t, "t.npy", npy("'<f8'", "False", "(20,)", binary.LittleEndian,
		make([]float64, 20)))
	r := stream(11)
	counts := make([]float64, 20)
	for range 4000 {
		table := mustRead(t, path, ReadOptions{Subsample: 5, Rand: r})
		for i := range table.N() {
			counts[table.Index(i)]++
		}
	}
	statistic := 0.0
	for _, c := range counts {
		statistic += (c - 1000) * (c - 1000) / (750 * 20. / 19)
	}
	if statistic > 50.8 {
		t.Errorf("chi-square %.1f over counts %v", statistic, counts)
	}
}

func TestMaxBytes(t *testing.T) {
	t.Parallel()
	file := npy("'<f4'", "False", "(100, 3)", binary.LittleEndian, make([]float32, 300))
	turned := npy("'<f4'", "True", "(100, 3)", binary.LittleEndian, make([]float32, 300))
	csv := []byte("a,b\n" + strings.Repeat("1,2\n", 2000))
	for _, c := range []struct {
		address string
		least   int64 // that holds the table
	}{
		{writeNamed(t, "t.npy", file), 1200}, {writeNamed(t, "t.npy.gz", gzipped(t, file)), 1200},
		{writeNamed(t, "t.npy", turned), 1200},
		{writeNamed(t, "t.npy.gz", gzipped(t, turned)), 2400}, // held twice
		{writeNamed(t, "t.csv", csv), 32000},
	} {
		mustRead(t, c.address, ReadOptions{MaxBytes: c.least})
		_, err := Read(c.address, ReadOptions{MaxBytes: c.least - 1})
		checkError(t, err, "of memory", "the limit of", "random subsample", "raise the limit")
	}
	mustRead(t, writeNamed(t, "t.npy", file), ReadOptions{MaxBytes: 120, Subsample: 10,
		Rand: stream(1)})
	mustRead(t, writeNamed(t, "t.npy", file), ReadOptions{MaxBytes: 400, Columns: []string{"x3"}})
	// A header that promises more than the limit is refused before anything is read.
	huge := preamble("'<f4'", "False", "(100000000000, 512)")
	_, err := Read(writeNamed(t, "t.npy.gz", gzipped(t, huge)), ReadOptions{})
	checkError(t, err, "100000000000 rows of 512 columns", "TiB", "the limit of 4 GiB")
	_, err = Read(writeNamed(t, "t.npy", file), ReadOptions{MaxBytes: -1})
	checkError(t, err, "must not be negative")
}

func TestColumnErrors(t *testing.T) {
	t.Parallel()
	unnamed := writeNamed(t, "t.npy", npy("'<f8'", "False", "(2, 3)", binary.LittleEndian,
		make([]float64, 6)))
	named := writeNamed(t, "t.csv", []byte("a,b\n1,2\n"))
	for _, c := range []struct {
		address string
		columns []string
		want    string
	}{
		{unnamed, []string{"x4"}, "they are x1 to x3"},
		{unnamed, []string{"x1", "x1"}, `column "x1" is asked for twice`},
		{unnamed, []string{}, "empty"},
		{named, []string{"c"}, "the columns of numbers are a, b"},
	} {
		_, err := Read(c.address, ReadOptions{Columns: c.columns})
		checkError(t, err, c.address, c.want)
	}
}
