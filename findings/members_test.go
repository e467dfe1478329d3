package findings

import (
	"encoding/csv"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

// A table has a line for each member, with whatever the pair says of its row.
func TestWriteMembers(t *testing.T) {
	t.Parallel()
	pair, fit := clustered(2)
	bare := pair
	pair.IDs, pair.Labels = make([]string, 40), make([]string, 40)
	pair.Texts, pair.Images = make([]string, 40), make([]string, 40)
	for i := range pair.IDs {
		pair.Texts[i], pair.Images[i] = "text "+strconv.Itoa(i), strconv.Itoa(i)+".png"
		pair.IDs[i], pair.Labels[i] = "line\nbreak, \""+strconv.Itoa(i)+"\"", "ü"
	}
	o := FindOptions{Nearest: 3, Columns: []string{"a \"quoted\", name", "b"}}
	var b strings.Builder
	if err := WriteMembers(&b, pair, find(t, pair, fit, o)); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"kernel", "row", "distance", "in_ball", "weight", "contribution", "id",
		"label", "text", "image", "a \"quoted\", name", "b"}; !reflect.DeepEqual(lines[0], want) {
		t.Errorf("header %q", lines[0])
	}
	if len(lines) != 1+5+3 { // five in the ball, three of them the nearest; three far away
		t.Fatalf("%d lines: %q", len(lines), lines)
	}
	first := lines[1]
	if first[0] != "0" || first[1] != "36" || first[2] != "0" || first[3] != "true" ||
		first[6] != "line\nbreak, \"36\"" || first[7] != "ü" || first[8] != "text 36" ||
		first[9] != "36.png" || first[10] != number(pair.Data.Row(36)[0]) {
		t.Errorf("first line %q", first)
	}
	b.Reset()
	if err := WriteMembers(&b, bare, find(t, bare, fit, FindOptions{})); err != nil ||
		!strings.HasPrefix(b.String(),
			"kernel,row,distance,in_ball,weight,contribution,x1,x2\n0,36,0,true,") {
		t.Errorf("%v: %s", err, b.String())
	}
}

// Row numbers are those of the file; coordinates are left out in more than 64 columns.
func TestWriteMembersOfManyColumns(t *testing.T) {
	t.Parallel()
	for d, coordinates := range map[int]int{64: 64, 65: 0} {
		pair, fit := clustered(d)
		pair.Index = make([]int, 40)
		for i := range pair.Index {
			pair.Index[i] = 1000 + i
		}
		var b strings.Builder
		if err := WriteMembers(&b, pair, find(t, pair, fit, FindOptions{Nearest: 1})); err != nil {
			t.Fatal(err)
		}
		header, rest, _ := strings.Cut(b.String(), "\n")
		if n := len(strings.Split(header, ",")); n != 6+coordinates {
			t.Errorf("%d columns: a header of %d fields", d, n)
		}
		if !strings.HasPrefix(rest, "0,1036,0,true,") {
			t.Errorf("%d columns: %s", d, rest[:40])
		}
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

func TestWritingFails(t *testing.T) {
	t.Parallel()
	pair, fit := clustered(2)
	f := find(t, pair, fit, FindOptions{})
	for name, err := range map[string]error{
		"members.csv":   WriteMembers(fullDisk{}, pair, f),
		"findings.json": f.Write(fullDisk{}),
	} {
		if err == nil || !strings.Contains(err.Error(), "the disk is full") {
			t.Errorf("%s: a full disk gives %v", name, err)
		}
	}
}
