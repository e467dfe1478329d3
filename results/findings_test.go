package results

import (
	"path/filepath"
	"strings"
	"testing"
)

// The findings of a run of several cells are in a folder per cell, whose name is plain and short
// whatever the labels are. Those of a single cell are in the folder of the run.
func TestFindingsDir(t *testing.T) {
	t.Parallel()
	m := testManifest()
	m.Cells[1].Arms = []ArmRecord{{Axis: "a", Label: "two words/../ü"},
		{Axis: "b", Label: strings.Repeat("long", 30)}}
	s, err := Create(filepath.Join(t.TempDir(), "run"), m, []byte("name: exp1d\n"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	second := ("cell-2-two_words_.._" + "_-" + strings.Repeat("long", 30))[:80]
	for got, want := range map[string]string{
		s.FindingsDir(1):  filepath.Join(s.Dir(), "findings", "cell-1-np"),
		s.FindingsFile(1): filepath.Join(s.Dir(), "findings", "cell-1-np", "findings.json"),
		s.RowsFile(1):     filepath.Join(s.Dir(), "findings", "cell-1-np", "rows.json"),
		s.RowTableFile(2): filepath.Join(s.Dir(), "findings", second, "rows.csv"),
		s.MembersFile(2):  filepath.Join(s.Dir(), "findings", second, "members.csv"),
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	m.Cells = m.Cells[:1]
	single, err := Create(filepath.Join(t.TempDir(), "run"), m, []byte("name: exp1d\n"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { single.Close() })
	if got := single.FindingsFile(1); got != filepath.Join(single.Dir(), "findings.json") {
		t.Errorf("the findings of a single cell are in %s", got)
	}
}
