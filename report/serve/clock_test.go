package serve_test

import (
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sparker/report/serve"
)

// ended describes a run that takes a given time by the clocks of its machines.
type ended struct {
	texts
	took time.Duration
}

func (e *ended) Describe(string) (serve.Line, error) {
	start := time.Date(2026, 10, 25, 2, 30, 0, 0, time.UTC)
	return serve.Line{Started: start, Finished: start.Add(e.took)}, nil
}

// A run whose clock was set back by an hour is finished, but not after less than no time.
func TestClockSetBack(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	makeRun(t, filepath.Join(dir, "one"), "abc")
	for took, want := range map[time.Duration]bool{time.Minute: true, -time.Hour: false} {
		w := httptest.NewRecorder()
		serve.New(&ended{took: took}, []string{dir}, nil).ServeHTTP(w,
			httptest.NewRequest("GET", "http://localhost/", nil))
		list := w.Body.String()
		if !strings.Contains(list, "finished") ||
			strings.Contains(list, "finished, after") != want {
			t.Errorf("after %v, the list is\n%s", took, list)
		}
	}
}
