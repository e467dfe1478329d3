package tables

import (
	"errors"
	"math"
	"slices"
	"testing"
)

// separatedSeeds are files of separated values for fuzzing, in all ways of writing them.
var separatedSeeds = []string{
	"a,b\n1,\"2\"\r\n3,nan\n", "\xef\xbb\xbf;x\n1;2\n", missingRows, "# a b\n1 2\n3 4\n",
	"sep=;\na;b\n1,5;1.234,5\n", "a,b\n\"1,234\",2\n", ",0,1\n0,5,6\n1,7,8\n", "a\rx\ry\r",
	"when,w\n2026-01-02 03:04:05.6+07:00,yes\n31/12/2026,no\n", "2019,2020\n1,2\n3,4\n",
	"\xff\xfea\x00,\x00b\x00\n\x001\x00,\x002\x00\n\x00", "K\xf6ln,1\nBonn,2\n", "a|b\n1|x\n",
	"Unnamed: 0,a,a\n0,1,2\n1,2,3\n",
}

// fuzzDialect returns a dialect that is made of a number.
func fuzzDialect(choice uint16) Dialect {
	pick := func(runes ...rune) rune {
		r := runes[int(choice)%len(runes)]
		choice /= uint16(len(runes))
		return r
	}
	d := Dialect{Delimiter: pick(0, 0, ',', ';', '\t', ' ', '|', 'x'),
		Decimal:   pick(0, 0, '.', ','),
		Thousands: pick(0, 0, ',', '.', ' ', '\''), Header: Header(pick(0, 1, 2))}
	if pick(0, 1) == 1 {
		d.Missing = []string{"-9", "?"}
	}
	return d
}

// fuzzPlace returns a place with the given content.
func fuzzPlace(content []byte, d Dialect) place {
	return place{path: "t.csv", format: csvFormat{}, content: content, size: int64(len(content)),
		dialect: d}
}

// readTwice reads a table as Read does.
func readTwice(p place, o ReadOptions) (*Table, error) {
	t, err := p.read(p.path, o)
	if errors.Is(err, errSurvey) {
		p.survey = true
		t, err = p.read(p.path, o)
	}
	return t, err
}

// A file of separated values is a table or an error. A table has finite numbers, categories have
// the codes of their levels or are missing, and the inspection has as many rows.
func FuzzCSV(f *testing.F) {
	for i, seed := range separatedSeeds {
		f.Add([]byte(seed), uint16(0), uint8(3))
		f.Add([]byte(seed), uint16(7919*i), uint8(i))
	}
	f.Fuzz(func(t *testing.T, file []byte, choice uint16, levels uint8) {
		if len(file) == 0 {
			return
		}
		p := fuzzPlace(file, fuzzDialect(choice))
		o := ReadOptions{Missing: DropMissing, Dialect: p.dialect, Levels: int(levels)}
		table, err := readTwice(p, o)
		if errors.Is(err, errSurvey) {
			t.Fatalf("a row contradicts all rows: %v", err)
		}
		if err != nil {
			return
		}
		if table.N() < 1 || table.D() < 1 {
			t.Fatalf("read as %v", table.Sample(nil))
		}
		for j, c := range table.Columns() {
			for i, v := range columnOf(table, j) {
				isCode := v >= 0 && int(v) < len(c.Levels) && v == math.Trunc(v)
				if c.Kind == Category && !isCode && !math.IsNaN(v) ||
					c.Kind != Category && !isFinite(v) {
					t.Fatalf("row %d of %+v is %v", i, c, v)
				}
			}
		}
		in := Inspection{}
		o.Levels = max(o.Levels, 1)
		if err := in.open(p, o); err == nil && in.Rows != table.N()+table.Dropped() {
			t.Fatalf("%d rows are inspected, %d are read", in.Rows, table.N()+table.Dropped())
		}
	})
}

// fuzzWords reads words of each column of a file, of which there are as many as rows.
func fuzzWords(f *testing.F, as wording) {
	for i, seed := range separatedSeeds {
		f.Add([]byte(seed), uint16(0))
		f.Add([]byte(seed), uint16(7919*i))
	}
	f.Fuzz(func(t *testing.T, file []byte, choice uint16) {
		if len(file) == 0 {
			return
		}
		p := fuzzPlace(file, fuzzDialect(choice))
		table, err := readTwice(p, ReadOptions{Missing: KeepMissing, Dialect: p.dialect, Levels: 9})
		for _, key := range []string{"a", "x1", ""} {
			p.key = key
			words, wordsErr := csvFormat{}.words(p, as)
			if err == nil && wordsErr == nil && len(words) != table.N() {
				t.Fatalf("%d words of %d rows", len(words), table.N())
			}
			if as == asLabels && slices.Contains(words, "") {
				t.Fatalf("an empty label: %q", words)
			}
		}
	})
}

func FuzzLabels(f *testing.F) { fuzzWords(f, asLabels) }

func FuzzTexts(f *testing.F) { fuzzWords(f, asTexts) }

// Compressed content is read or an error, whatever is compressed and however it is damaged.
func FuzzGzip(f *testing.F) {
	for _, seed := range separatedSeeds {
		f.Add(gzipped(f, []byte(seed)))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if len(file) == 0 {
			return
		}
		p := fuzzPlace(file, Dialect{})
		p.gzipped = true
		if table, err := readTwice(p, ReadOptions{Missing: DropMissing}); err == nil &&
			!allFinite(table.Sample(nil)) {
			t.Fatalf("read as %v", table.Sample(nil))
		}
	})
}
