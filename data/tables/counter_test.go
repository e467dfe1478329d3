package tables

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
)

// Which columns number their rows, or are unique whole numbers that chance does not make.
func TestCounts(t *testing.T) {
	t.Parallel()
	r := stream(1)
	shuffled := r.Perm(200)
	for _, c := range []struct {
		name             string
		value            func(i int) any
		rising, distinct bool
	}{
		{"row numbers", func(i int) any { return i }, true, true},
		{"row numbers from 750", func(i int) any { return 750 + i }, true, true},
		{"rising ids with gaps", func(i int) any { return i * i * i }, true, false},
		{"shuffled row numbers", func(i int) any { return shuffled[i] }, false, true},
		{"falling numbers", func(i int) any { return -i }, false, true},
		{"different numbers of a wide range", func(i int) any { return shuffled[i] * 1000 }, false,
			false},
		{"measurements", func(i int) any { return float64(i) + 0.5 }, false, false},
		{"one repeat", func(i int) any { return max(i, 1) }, false, false},
		{"constant", func(int) any { return 7 }, false, false},
		{"row numbers with gaps", func(i int) any {
			if i%10 == 3 {
				return ""
			}
			return i
		}, true, true},
		{"dates", func(i int) any { return fmt.Sprintf("2026-01-%02d", i%28+1) }, false, false},
	} {
		var text strings.Builder
		text.WriteString("a,b\n")
		for i := range 200 {
			fmt.Fprintf(&text, "%v,%v\n", c.value(i), r.NormFloat64())
		}
		table := readText(t, text.String(), ReadOptions{Missing: DropMissing})
		for j, want := range [][2]bool{{c.rising, c.distinct}, {}} {
			if got := table.Columns()[j]; got.Rising != want[0] || got.Distinct != want[1] {
				t.Errorf("%s: column %+v, want rising and distinct to be %v", c.name, got, want)
			}
		}
	}
}

// The columns of other formats are held to the same rule. A few rows rise by chance.
func TestCountsOfArrays(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]bool{fewestCounted: true, fewestCounted - 1: false} {
		numbers := make([]int32, n)
		for i := range numbers {
			numbers[i] = int32(3 * i)
		}
		table := mustRead(t, write(t, npy("'<i4'", "False", fmt.Sprintf("(%d,)", n),
			binary.LittleEndian, numbers)), ReadOptions{})
		if got := table.Columns()[0].Rising; got != want {
			t.Errorf("%d rows: rising %v, want %v", n, got, want)
		}
	}
}

// More different values than are kept still rise.
func TestCounterForgets(t *testing.T) {
	t.Parallel()
	c := newCounter(1)
	for i := range mostCounted + 2 {
		c.add(float64(i))
	}
	if rising, distinct := c.counts(); !rising || distinct || c.seen != nil {
		t.Errorf("rising %v, distinct %v, %d values kept", rising, distinct, len(c.seen))
	}
}

// Columns whose name says that pandas numbered the rows are read only if they are asked for.
func TestRowNumbersOfPandas(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Unnamed: 0", "Unnamed: 0.1", "__index_level_0__"} {
		path := writeNamed(t, "t.csv", []byte(name+",a,Unnamed: x\n0,5,1\n1,6,2\n"))
		table := mustRead(t, path, ReadOptions{})
		if table.D() != 2 || table.Row(0, nil)[0] != 5 || len(table.Notes()) != 1 ||
			!strings.HasSuffix(table.Notes()[0], "skipped: "+name) {
			t.Errorf("columns %v, notes %q", table.Names(), table.Notes())
		}
		for _, asked := range []*Table{mustRead(t, path+":"+name, ReadOptions{}),
			mustRead(t, path, ReadOptions{Columns: []string{name}})} {
			if asked.D() != 1 || asked.Row(1, nil)[0] != 1 || len(asked.Notes()) > 0 {
				t.Errorf("columns %v, notes %q", asked.Names(), asked.Notes())
			}
		}
		in, err := Inspect(path, ReadOptions{})
		if err != nil || len(in.Columns) != 2 || len(in.Skipped) != 1 {
			t.Errorf("%+v (%v)", in, err)
		}
	}
}
