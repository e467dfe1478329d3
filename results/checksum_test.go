package results

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// wantDamage fails unless an error is that of a damaged file, with the parts in its text.
func wantDamage(t *testing.T, err error, parts ...string) {
	t.Helper()
	wantError(t, err, append(parts, "is damaged")...)
	var damage *DamageError
	if !errors.As(err, &damage) {
		t.Errorf("%v is not a DamageError", err)
	}
}

// changed returns a text in which a part is replaced.
func changed(t *testing.T, text, old, with string) string {
	t.Helper()
	if !strings.Contains(text, old) {
		t.Fatalf("there is no %q in\n%s", old, text)
	}
	return strings.Replace(text, old, with, 1)
}

// unsealed returns the lines as an earlier version wrote them.
func unsealed(t *testing.T, text string) string {
	t.Helper()
	var b strings.Builder
	for line := range strings.Lines(text) {
		body, _, found := strings.Cut(line, lineSumKey)
		if !found {
			t.Fatalf("there is no checksum in %s", line)
		}
		b.WriteString(body + "}\n")
	}
	return b.String()
}

// Any byte of a stored toy that changes is noticed, with the place. A changed byte may make the
// line one of an earlier version only if the key of the checksum itself is gone, which the strict
// keys notice.
func TestDamagedToyIsNoticed(t *testing.T) {
	t.Parallel()
	good := lines(t, toy(Null, 0, 0), toy(Alternative, 8, 1))
	start := strings.IndexByte(good, '\n') + 1
	for i := start; i < len(good)-1; i++ {
		for _, flip := range []byte{1, 0x20} {
			content := []byte(good)
			content[i] ^= flip
			s := shards(t, map[string]string{"toys-0.jsonl": string(content)})
			if toys, err := s.Toys(); err == nil {
				t.Fatalf("byte %d (%q to %q) changed, and it is read: %+v", i-start, good[i],
					content[i], toys[1])
			}
		}
	}
	s := shards(t, map[string]string{"toys-0.jsonl": changed(t, good, "-0.1", "70.1")})
	_, err := s.Toys()
	wantDamage(t, err, "toys-0.jsonl:1", "it was changed after it was written")
}

// Lines of earlier versions have no checksum. They are read and counted, with strict keys: a
// misspelt key is not 0.
func TestToysWithoutChecksums(t *testing.T) {
	t.Parallel()
	old := unsealed(t, lines(t, toy(Null, 0, 0), toy(Null, 0, 1)))
	s := shards(t, map[string]string{"toys-0.jsonl": old + lines(t, toy(Alternative, 8, 1))})
	stored, err := s.StoredToys()
	if err != nil {
		t.Fatal(err)
	}
	want := StoredToys{Unchecked: 2}
	for _, t := range []Toy{toy(Null, 0, 0), toy(Null, 0, 1), toy(Alternative, 8, 1)} {
		want.Toys = append(want.Toys, &t)
	}
	if diff := cmp.Diff(want, stored); diff != "" {
		t.Errorf("toys (-want +got):\n%s", diff)
	}
	for _, c := range []struct{ old, with, part string }{
		{`"events"`, `"evnets"`, "unknown key, evnets"},
		{`"events"`, `"Events"`, "unknown key, Events"},
		{`"events":2000,`, ``, "events is missing"},
		{`"events":2000,`, `"events":2000,"events":3,`, "events comes twice"},
		{`"events":2000`, `"events":null`, "events is null"},
		{`"t":[0`, `"t":[null,0`, "t[0] is null"},
		{`"index":0`, `"index":0,"kernels":[{"centroids":[],"coeff":[]}]`,
			"unknown key, kernels[0].coeff"},
	} {
		s := shards(t, map[string]string{"toys-0.jsonl": changed(t, old, c.old, c.with)})
		_, err := s.Toys()
		wantDamage(t, err, "toys-0.jsonl:1", c.part)
	}
	// A key that a later version adds is not left out silently, either.
	later := string(sealLine([]byte(strings.TrimSuffix(changed(t, unsealed(t, lines(t,
		toy(Null, 0, 5))), `"index"`, `"new":1,"index"`), "\n"))))
	s = shards(t, map[string]string{"toys-0.jsonl": later + "\n"})
	_, err = s.Toys()
	wantDamage(t, err, "new")
}

// A run of an earlier version is continued: its lines stay as they are, and new lines have
// checksums. So do the lines of a merge.
func TestOlderLinesStay(t *testing.T) {
	t.Parallel()
	old := unsealed(t, lines(t, toy(Null, 0, 0), toy(Null, 0, 1)))
	s := shards(t, map[string]string{"toys-0.jsonl": old})
	if err := s.AppendToy(toy(Alternative, 8, 1)); err != nil {
		t.Fatal(err)
	}
	want := old + lines(t, toy(Alternative, 8, 1))
	if got := snapshot(t, s.Dir())["toys/toys-0.jsonl"]; got != want {
		t.Errorf("a continued file is\n%swant\n%s", got, want)
	}
	merged, err := Merge(filepath.Join(t.TempDir(), "merged"), []*Store{s})
	if err != nil {
		t.Fatal(err)
	}
	if got := snapshot(t, merged.Dir())["toys/toys-0.jsonl"]; got != want {
		t.Errorf("a merged file is\n%swant\n%s", got, want)
	}
	if stored, err := merged.StoredToys(); err != nil || stored.Unchecked != 2 {
		t.Errorf("%d lines without a checksum (%v), want 2", stored.Unchecked, err)
	}
}

// A manifest that was changed, or is not what a manifest is, is refused. One of an earlier version
// has no checksum and is read with strict keys.
func TestDamagedManifestIsNoticed(t *testing.T) {
	t.Parallel()
	s := create(t, filepath.Join(t.TempDir(), "run"))
	good := snapshot(t, s.Dir())["manifest.json"]
	old, _, _ := strings.Cut(good, fileSumKey)
	old += "\n}\n"
	write := func(text string) (*Store, error) {
		if err := os.WriteFile(s.ManifestFile(), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return Open(s.Dir())
	}
	for _, c := range []struct{ text, old, with, part string }{
		{good, `"seed": 7`, `"seed": 8`, "it was changed after it was written"},
		{good, `"null": "n1"`, `"null": "n2"`, "it was changed after it was written"},
		{good, "  \"checksum\"", "   \"checksum\"", "is not at its end"},
		{good, `"checksum"`, `"chexksum"`, "unknown key, chexksum"},
		{old, `"seed"`, `"sede"`, "unknown key, sede"},
		{old, `"seed": 7`, `"seed": 7, "seed": 8`, "seed comes twice"},
		{old, `"q50": 1,`, ``, "cells[0].widths.q50 is missing"},
		{old, `"q50": 1`, `"q50": null`, "cells[0].widths.q50 is null"},
		{old, `"digest": "d1"`, `"digest": ""`, "digest"},
		{old + "x", "", "", "invalid character"},
	} {
		_, err := write(changed(t, c.text, c.old, c.with))
		wantDamage(t, err, "manifest.json", c.part)
		_, err = Create(s.Dir(), testManifest(), nil)
		wantDamage(t, err, "manifest.json", c.part)
	}
	older, err := write(old)
	if err != nil {
		t.Fatal(err)
	}
	if older.Checked() {
		t.Error("a manifest without a checksum counts as checked")
	}
	if diff := cmp.Diff(testManifest(), older.Manifest()); diff != "" {
		t.Errorf("manifest (-want +got):\n%s", diff)
	}
	if newer, err := write(good); err != nil || !newer.Checked() {
		t.Errorf("a manifest with a checksum does not count as checked (%v)", err)
	}
}
