package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"sparker/experiments"
)

func TestRateAndLeft(t *testing.T) {
	for _, c := range []struct {
		p    experiments.Progress
		rate float64
		left string
	}{
		{experiments.Progress{Done: 0, Total: 10}, 0, "?"},
		{experiments.Progress{Done: 4, Total: 10, Resumed: 4, Elapsed: time.Second}, 0, "?"},
		{experiments.Progress{Done: 5, Total: 10, Elapsed: 10 * time.Second}, 0.5, "10s"},
		{experiments.Progress{Done: 9, Total: 309, Resumed: 4, Elapsed: 2 * time.Second}, 2.5,
			"2m0s"},
		{experiments.Progress{Done: 10, Total: 10, Resumed: 10}, 0, "0s"},
	} {
		if got := rate(c.p); got != c.rate {
			t.Errorf("rate of %+v is %v, want %v", c.p, got, c.rate)
		}
		if got := left(c.p); got != c.left {
			t.Errorf("time left of %+v is %s, want %s", c.p, got, c.left)
		}
	}
}

// Lines come at the start, every half minute, and at the end, however often there is news.
func TestLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b bytes.Buffer
		shown := newDisplay("auto", &b) // a buffer is not a terminal
		time.Sleep(time.Second / 2)     // so that no news comes just when a line is due
		for i := range 91 {
			shown.update(experiments.Progress{Done: 100 + i, Total: 200, Resumed: 100,
				Elapsed: time.Duration(i) * time.Second})
			time.Sleep(time.Second)
		}
		shown.close()
		var got []string
		for line := range strings.Lines(b.String()) {
			_, text, _ := strings.Cut(strings.TrimSpace(line), "level=INFO ")
			got = append(got, text)
		}
		want := []string{
			`msg="toys: start" done=100 total=200 resumed=100 rate=0/s left=?`,
			`msg=toys done=129 total=200 resumed=100 rate=1/s left=1m11s`,
			`msg=toys done=159 total=200 resumed=100 rate=1/s left=41s`,
			`msg=toys done=189 total=200 resumed=100 rate=1/s left=11s`,
			`msg="toys: end" done=190 total=200 resumed=100 rate=1/s left=10s`,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("lines (-want +got):\n%s", diff)
		}
	})
}

func TestBar(t *testing.T) {
	for _, done := range []int{3, 10} {
		var b bytes.Buffer
		shown := newDisplay("bar", &b)
		shown.update(experiments.Progress{Done: 2, Total: 10, Resumed: 2})
		shown.update(experiments.Progress{Done: done, Total: 10, Resumed: 2,
			Elapsed: 4 * time.Second})
		shown.close()
		want := map[int]string{3: "3/10 toys  0.25/s  28s left  (2 resumed)",
			10: "10/10 toys  2/s  0s left  (2 resumed)"}[done]
		holds(t, "bar", b.String(), want)
	}
}

// A run that fails before the first toy shows no progress at all, and none never does.
func TestProgressWithoutNews(t *testing.T) {
	for _, mode := range progressModes {
		var b bytes.Buffer
		newDisplay(mode, &b).close()
		if b.Len() > 0 {
			t.Errorf("%s wrote %q", mode, b.String())
		}
	}
	var b bytes.Buffer
	quiet := newDisplay("none", &b)
	quiet.update(experiments.Progress{Done: 1, Total: 2})
	quiet.close()
	if b.Len() > 0 {
		t.Errorf("none wrote %q", b.String())
	}
}

func TestIsTerminal(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if isTerminal(f) || isTerminal(&bytes.Buffer{}) {
		t.Error("a file or a buffer passes for a terminal")
	}
}
