vcl 4.1;

import std;

# Where Khabar listens.
backend default {
  .host = "127.0.0.1";
  .port = "3000";
  .probe = {
    .url = "/livez";
    .interval = 2s;
    .timeout = 1s;
    .window = 3;
    .threshold = 2;
    .initial = 2;
  }
}

# Who may purge.
acl newsroom {
  "127.0.0.1";
  "::1";
}

sub vcl_recv {
  if (req.method == "PURGE") {
    if (client.ip !~ newsroom) {
      return (synth(403));
    }
    if (!req.http.Surrogate-Key) {
      return (synth(400, "Name a tag in Surrogate-Key"));
    }
    if (req.http.Surrogate-Key == "everything") {
      ban("obj.status != 0");
    } else {
      # A tag is one word of the header that the object came with.
      ban("obj.http.Surrogate-Key ~ (^|\s)" + req.http.Surrogate-Key + "(\s|$)");
    }
    return (synth(200, "Purged"));
  }
  if (req.url ~ "^/v1/editorial(/|$)") {
    return (pass);
  }
  # stale-while-revalidate, while Khabar answers.
  if (std.healthy(req.backend_hint)) {
    set req.grace = 10m;
  }
  unset req.http.Cookie;
  set req.url = std.querysort(req.url);
  # What readers' programs and campaigns add to the addresses of feeds and sitemaps means nothing there.
  if (req.url ~ "^/(feeds/|sitemap[^/]*\.xml|news-sitemap\.xml|robots\.txt)") {
    set req.url = regsub(req.url, "\?.*$", "");
  }
}

sub vcl_backend_response {
  # s-maxage is the TTL by now. While Khabar does not answer, what is stale may be sent for as long as stale-if-error says.
  if (beresp.http.Cache-Control ~ "stale-if-error=\d+") {
    set beresp.grace = std.duration(regsub(beresp.http.Cache-Control, "^.*stale-if-error=(\d+).*$", "\1s"), 0s);
  }
}

sub vcl_deliver {
  if (obj.hits > 0) {
    set resp.http.X-Cache = "HIT";
  } else {
    set resp.http.X-Cache = "MISS";
  }
}
