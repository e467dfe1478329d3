package serve_test

import (
	"context"
	"net"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"sparker/report/serve"
)

// Serving ends with its context, and without an error.
func TestServeEnds(t *testing.T) {
	dir := t.TempDir()
	makeRun(t, filepath.Join(dir, "one"), "abc")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if !serve.IsLoopback(l.Addr()) {
		t.Errorf("%v is not a loopback address", l.Addr())
	}
	if serve.IsLoopback(&net.TCPAddr{IP: net.IPv4zero}) || serve.IsLoopback(&net.UnixAddr{}) {
		t.Error("an address that others reach is a loopback address")
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- serve.New(&texts{}, []string{dir}, nil).Serve(ctx, l) }()
	r, err := http.Get("http://" + l.Addr().String() + "/run/one/")
	if err != nil {
		t.Fatal(err)
	}
	if text := bodyOf(t, r); r.StatusCode != 200 || len(text) == 0 {
		t.Errorf("the answer is %d: %q", r.StatusCode, text)
	}
	if err := r.Body.Close(); err != nil {
		t.Error(err)
	}
	cancel()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("serving ends with %v", err)
		}
	case <-time.After(time.Minute):
		t.Fatal("serving does not end")
	}
}

// A listener that fails ends serving with its error.
func TestServeFails(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := serve.New(&texts{}, nil, nil).Serve(t.Context(), l); err == nil {
		t.Error("serving at a closed listener is not an error")
	}
}
