package serve

import (
	"bytes"
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"time"

	"sparker/results"
)

// listed is a run of the list.
type listed struct {
	Line
	Name   string
	Failed string   // why nothing else can be said
	Tables []string // that can be loaded
}

// Escaped returns the name of the run in characters that every page shows.
func (l listed) Escaped() string { return url.PathEscape(l.Name) }

// Path returns the address of the report of the run.
func (l listed) Path() string { return "/run/" + l.Escaped() + "/" }

// State says how far the run is.
func (l listed) State() string {
	switch {
	case l.Failed != "":
		return "cannot be read"
	case !l.Finished.IsZero() && l.Finished.Before(l.Started): // the clock was set back
		return "finished"
	case !l.Finished.IsZero():
		return fmt.Sprintf("finished, after %s", l.Finished.Sub(l.Started).Round(time.Second))
	case l.Left > 0:
		return fmt.Sprintf("%d of %d toys, about %s of processor time left", l.Done, l.Toys,
			l.Left.Round(time.Second))
	}
	return fmt.Sprintf("%d of %d toys", l.Done, l.Toys)
}

// Share is the part of the toys that are done, in percent.
func (l listed) Share() int {
	if l.Toys == 0 {
		return 0
	}
	return 100 * l.Done / l.Toys
}

// index sends the list of runs, the latest first.
func (s *Site) index(w http.ResponseWriter, r *http.Request) {
	var all []listed
	for _, run := range s.runs() {
		l := listed{Name: run.Name}
		line, err := from(s.pages, "line "+run.folder, []string{run.folder}, func() (Line, error) {
			return s.source.Describe(run.folder)
		})
		if l.Line = line; err != nil {
			l.Failed = err.Error()
		}
		l.Tables = tablesIn(run.folder)
		all = append(all, l)
	}
	slices.SortStableFunc(all, func(a, b listed) int {
		return cmp.Or(b.Started.Compare(a.Started), cmp.Compare(a.Name, b.Name))
	})
	s.send(w, r, "index.tmpl", all)
}

// report sends the report of a run.
func (s *Site) report(w http.ResponseWriter, r *http.Request) {
	folder, err := s.find(r.PathValue("run"))
	if err != nil {
		s.fail(w, err)
		return
	}
	page, err := from(s.pages, "report "+folder, []string{folder}, func() ([]byte, error) {
		var page bytes.Buffer
		err := s.source.Report(&page, folder)
		return page.Bytes(), err
	})
	if err != nil {
		s.fail(w, err)
		return
	}
	sendPage(w, r, page)
}

// tables are the files of a run that can be loaded as they are.
var tables = []string{results.PowerTable, results.ScaleTable, results.GroupTable,
	results.ToyTable, results.TimeTable, results.MembersTable, results.RowsTable}

// tablesIn returns the tables that a run has.
func tablesIn(folder string) []string {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil
	}
	defer root.Close()
	return slices.DeleteFunc(slices.Clone(tables), func(name string) bool {
		info, err := root.Lstat(name)
		return err != nil || !info.Mode().IsRegular()
	})
}

// table sends a table of a run. Any other name leads nowhere.
func (s *Site) table(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("table")
	folder, err := s.find(r.PathValue("run"))
	if err == nil && !slices.Contains(tablesIn(folder), name) {
		err = errNoRun
	}
	if err != nil {
		s.fail(w, err)
		return
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		s.fail(w, err)
		return
	}
	defer root.Close()
	text, err := root.ReadFile(name)
	if err != nil {
		s.fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(text))
}

// pairPage is the page of a comparison.
type pairPage struct {
	First, Second listed
	Pairing
}

// versusTable is a table of the page of a comparison.
type versusTable struct {
	Page pairPage
	Rows []Versus
	What string // is compared
}

// compare sends the comparison of the runs of the query.
func (s *Site) compare(w http.ResponseWriter, r *http.Request) {
	var page pairPage
	var folders []string
	for _, field := range []string{"a", "b"} {
		name, err := url.PathUnescape(r.FormValue(field))
		if err != nil {
			s.fail(w, errNoRun)
			return
		}
		folder, err := s.find(name)
		if err != nil {
			s.fail(w, err)
			return
		}
		page.First, page.Second = page.Second, listed{Name: name}
		folders = append(folders, folder)
	}
	var err error
	page.Pairing, err = from(s.pages, fmt.Sprintf("pair %q", folders), folders,
		func() (Pairing, error) { return s.source.Compare(folders[0], folders[1]) })
	if err != nil {
		s.fail(w, err)
		return
	}
	s.send(w, r, "compare.tmpl", page)
}
