// Sends one message again and again with net/smtp: on every connection one after the other, or each over its own.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"net"
	"net/smtp"
	"os"
	"strings"
	"sync"
	"sync/atomic"
)

var (
	address     = flag.String("address", "", "host:port")
	count       = flag.Int64("count", 1, "messages")
	connections = flag.Int("connections", 1, "connections at the same time")
	oneShot     = flag.Bool("one-shot", false, "a connection for each message")
	from        = flag.String("from", "", "sender")
	to          = flag.String("to", "", "recipients, with commas between them")
	file        = flag.String("message", "", "file of the message")
	ca          = flag.String("ca", "", "file of the authority to trust; asks for STARTTLS")
)

func main() {
	flag.Parse()
	message, err := os.ReadFile(*file)
	check(err)
	recipients := strings.Split(*to, ",")
	var sent atomic.Int64
	var lanes sync.WaitGroup
	for lane := 0; lane < *connections; lane++ {
		lanes.Add(1)
		go func() {
			defer lanes.Done()
			var client *smtp.Client
			for sent.Add(1) <= *count {
				if client == nil {
					client = open()
				}
				send(client, recipients, message)
				if *oneShot {
					check(client.Quit())
					client = nil
				}
			}
			if client != nil {
				check(client.Quit())
			}
		}()
	}
	lanes.Wait()
}

// open connects and, where an authority is given, moves on to TLS.
func open() *smtp.Client {
	client, err := smtp.Dial(*address)
	check(err)
	check(client.Hello("client.example"))
	if *ca != "" {
		pem, err := os.ReadFile(*ca)
		check(err)
		authorities := x509.NewCertPool()
		authorities.AppendCertsFromPEM(pem)
		host, _, err := net.SplitHostPort(*address)
		check(err)
		check(client.StartTLS(&tls.Config{ServerName: host, RootCAs: authorities}))
	}
	return client
}

func send(client *smtp.Client, recipients []string, message []byte) {
	check(client.Mail(*from))
	for _, recipient := range recipients {
		check(client.Rcpt(recipient))
	}
	writer, err := client.Data()
	check(err)
	_, err = writer.Write(message)
	check(err)
	check(writer.Close())
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
